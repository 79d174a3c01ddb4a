/// The components of a graph, alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/diagnostic.h"
#include "host/graph/graph.h"
#include "weft/core/component.h"

namespace weft::host {

/// What a component says to the outside while it lives. Implemented by whoever drives the instance.
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

/// Makes all components of a graph, which outlives them, in order and keeps them; destroys them in reverse order. Every
/// call into a component is fenced: an exception becomes a Failure whose message names component, type, plugin file,
/// phase and tick.
class Instance {
 public:
  /// Throws Failure: wrong_input at the keys that SetupErrors name, all together (but for components that need
  /// one that was refused), plugin_failed when a factory returns null, run_failed for any other exception of a
  /// constructor; these two end the making at once.
  Instance(const Graph& graph, Listener& listener, int threads);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// The tick that Context::tick tells.
  void set_tick(int64_t tick);
  /// One firing of a stage; throws Failure(run_failed).
  void run(const std::string& stage);
  /// Saves or loads all components, in order of their names. Throws Failure: run_failed, for load wrong_input,
  /// since it is graph and checkpoint that do not fit.
  void save(weft::StateSink& sink) const;
  void load(weft::StateSource& source);
  /// The service of a component, for tests and tools; throws when there is none.
  void* service(const std::string& component, const std::string& interface_id);
  template <class I>
  I& service(const std::string& component) {
    return *static_cast<I*>(service(component, I::interface_id));
  }

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// "stage 'sum' (stage.sum) of stages.so, in run, tick 5000" of the call that is under way, for the
/// message of a second interrupt. Safe to call from a signal handler; empty when no call is under way.
const char* busy_component() noexcept;

}  // namespace weft::host
