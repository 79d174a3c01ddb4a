/// Who is busy, and whom to blame: follows the host's calls into components and theirs into each other.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <string>

#include "host/base/diagnostic.h"
#include "host/graph/graph.h"

namespace weft::host {

/// A component that can be called, with the words that messages use for it.
struct Callee {
  explicit Callee(const ComponentNode& component);
  const ComponentNode& node;
  std::string name;   ///< "stage 'sum'"
  std::string label;  ///< "stage 'sum' (stage.sum) of stages.so"
};

/// What the host is doing when it calls a component.
enum class Phase { construction, run, save, load, destruction };

/// A component threw: unlike a full disk, that repeats itself in a run from the same state.
class ComponentFailure : public Failure {
 public:
  using Failure::Failure;
};

/// The calls that are under way, on the one thread that calls components. Where an exception leaves several
/// components, the innermost is to blame. Reading (describe_busy) is safe from a signal handler.
class CallTracker {
 public:
  CallTracker();
  ~CallTracker();
  CallTracker(const CallTracker&) = delete;
  CallTracker& operator=(const CallTracker&) = delete;

  void set_tick(int64_t tick) { tick_.store(tick, std::memory_order_relaxed); }
  int64_t tick() const { return tick_.load(std::memory_order_relaxed); }

  /// Calls from one component into another; they nest.
  void enter(const Callee* callee) noexcept;
  void leave(bool throwing) noexcept;

  /// Calls `call()` on behalf of the host. An exception becomes a ComponentFailure that names the component
  /// at fault (wrong_input in load, else run_failed); a Failure passes.
  template <class Call>
  void guard(const Callee& callee, Phase phase, Call call) {
    begin(callee, phase);
    try {
      call();
    } catch (const Failure&) {
      end();
      throw;
    } catch (const std::exception& exception) {
      fail(callee, plain_message(exception));
    } catch (...) {
      fail(callee, "an exception that is no std::exception");
    }
    end();
  }

  /// For busy_component().
  const char* describe_busy() const noexcept;

 private:
  static constexpr int remembered = 32;  ///< deeper calls are counted, and told as the last one remembered

  /// what(), without the backtrace that LibTorch adds to its own.
  static std::string plain_message(const std::exception& exception);

  void begin(const Callee& callee, Phase phase) noexcept;
  void end() noexcept { depth_.store(0, std::memory_order_relaxed); }
  [[noreturn]] void fail(const Callee& callee, const std::string& message);
  std::string where(const Callee& callee) const;

  std::array<std::atomic<const Callee*>, remembered> calls_{};
  std::atomic<int> depth_{0};
  std::atomic<Phase> phase_{Phase::construction};
  std::atomic<int64_t> tick_{0};
  const Callee* blamed_ = nullptr;  ///< where the exception that is under way came from
};

}  // namespace weft::host
