/// The constructed components of a graph.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/diagnostic.h"
#include "host/graph/graph.h"
#include "weft/core/component.h"

namespace weft::host {

/// Receives what components record, log and report. Implemented by the owner of the instance.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void record(const ComponentNode& node, const weft_metric& metric, double value) = 0;
  virtual void log(const ComponentNode& node, weft::LogLevel level, const std::string& message) = 0;
  virtual void progress(const ComponentNode& node, const std::string& message) = 0;
  virtual void work(const char* unit, double amount) {
    (void)unit;
    (void)amount;
  }
};

/// Constructs all components of a graph in order, and destroys them in reverse order; the graph must outlive them.
/// Every call into a component is guarded: an exception becomes a Failure whose message names the component, type,
/// plugin file, phase and tick.
class Instance {
 public:
  /// Throws Failure: wrong_input with all SetupErrors at the keys that they name (components that need a failed one are
  /// skipped), plugin_failed when a factory returns null, run_failed for any other exception of a constructor; the last
  /// two stop the construction immediately.
  Instance(const Graph& graph, Listener& listener, int threads);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// The tick that Context::tick returns.
  void set_tick(int64_t tick);
  /// Runs a stage once; throws Failure(run_failed).
  void run(const std::string& stage);
  /// Saves or loads all components, in order of their names. Throws Failure: run_failed from save; wrong_input from
  /// load, where graph and checkpoint do not match.
  void save(weft::StateSink& sink) const;
  void load(weft::StateSource& source);
  /// The service of a component, for tests and tools; throws Error when it offers none.
  void* service(const std::string& component, const std::string& interface_id);
  template <class I>
  I& service(const std::string& component) {
    return *static_cast<I*>(service(component, I::interface_id));
  }

 private:
  struct Components;
  std::unique_ptr<Components> components_;
};

/// "stage 'sum' (stage.sum) of stages.so, in run, tick 5000" of the active call, for messages of
/// signal handlers, in which it is safe to call; empty when no call is active.
const char* busy_component() noexcept;

}  // namespace weft::host
