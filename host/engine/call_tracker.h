/// Tracks the host's calls into components, and their calls into each other, to name the one that is active or failed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <string>

#include "host/base/diagnostic.h"
#include "host/graph/graph.h"

namespace weft::host {

/// A component that can be called, with its names in messages.
struct Callee {
  explicit Callee(const ComponentNode& component);
  const ComponentNode& node;
  std::string name;   ///< "stage 'sum'"
  std::string label;  ///< "stage 'sum' (stage.sum) of stages.so"
};

/// What the host is doing when it calls a component.
enum class Phase { construction, run, save, load, destruction };

/// A component threw: unlike a full disk, this happens again in a run from the same state.
class ComponentFailure : public Failure {
 public:
  using Failure::Failure;
};

/// The active calls on the one thread that calls components. When an exception passes through several components, the
/// innermost is reported. describe_busy() is safe in a signal handler.
class CallTracker {
 public:
  CallTracker();
  ~CallTracker();
  CallTracker(const CallTracker&) = delete;
  CallTracker& operator=(const CallTracker&) = delete;

  void set_tick(int64_t tick) { tick_.store(tick, std::memory_order_relaxed); }
  int64_t tick() const { return tick_.load(std::memory_order_relaxed); }

  /// Begin and end of a call from one component into another; calls nest.
  void enter(const Callee* callee) noexcept;
  void leave(bool throwing) noexcept;

  /// Calls `call()` on behalf of the host. An exception becomes a ComponentFailure that names the component
  /// that threw (wrong_input in load, else run_failed); a Failure passes through.
  template <class Call>
  void guard(const Callee& callee, Phase phase, Call call) {
    begin(callee, phase);
    try {
      call();
    } catch (const Failure&) {
      end();
      throw;
    } catch (const std::exception& exception) {
      fail(callee, explanation(exception));
    } catch (...) {
      fail(callee, "an exception that is not a std::exception");
    }
    end();
  }

  /// For busy_component().
  const char* describe_busy() const noexcept;

 private:
  static constexpr int max_tracked = 32;  ///< deeper calls are only counted; the deepest tracked one is reported

  /// what(), without the backtrace that LibTorch appends; for memory that was refused, its size and what to do.
  static std::string explanation(const std::exception& exception);

  void begin(const Callee& callee, Phase phase) noexcept;
  void end() noexcept { depth_.store(0, std::memory_order_relaxed); }
  [[noreturn]] void fail(const Callee& callee, const std::string& message);
  std::string where(const Callee& callee) const;

  std::array<std::atomic<const Callee*>, max_tracked> calls_{};
  std::atomic<int> depth_{0};
  std::atomic<Phase> phase_{Phase::construction};
  std::atomic<int64_t> tick_{0};
  const Callee* thrower_ = nullptr;  ///< the component that threw the current exception
};

}  // namespace weft::host
