/// What a component may ask of its host during its whole life: its name, seeds, the tick, metrics, the log.
#pragma once

#include <cstdint>
#include <string>

namespace weft {

/// How important a message for the log is.
enum class LogLevel : int32_t { info = 0, warning = 1 };

/// The host's side of one component. Implemented by the host and owned by it; valid until the component is destroyed.
/// Call it on the thread on which the host called the component, never from parallel work.
class Context {
 public:
  /// The name of the component in its graph.
  virtual const char* name() const = 0;

  /// A seed that depends only on the run's seed, the component's name and `stream`: adding or removing other components
  /// does not change it. Equal arguments give equal seeds, so a component calls it once, in its constructor, makes a
  /// weft::Random from it, and saves that engine.
  virtual uint64_t seed(const char* stream) const = 0;

  /// A seed that depends only on the run's seed and `stream`, for constants that all components of a run share.
  virtual uint64_t run_seed(const char* stream) const = 0;

  /// The current tick, 1 to `ticks`; 0 while components are made and in firings with `at_start`.
  virtual int64_t tick() const = 0;

  /// How many threads parallel work may use (`--threads`), at least 1. Pass it to `num_threads(...)` of OpenMP; outside
  /// such regions every library runs on one thread. Results must not depend on it: divide the work into units of fixed
  /// size.
  virtual int threads() const = 0;

  /// Records one value, in the declared unit, of a metric that the type declares. A metric declared with `averaged` is
  /// reported every `run.report` ticks, as the mean of the values recorded since the last report; any other metric is
  /// reported with every value. Throws Error if the type does not declare the metric, or `value` is NaN or infinite.
  virtual void record(const char* metric, double value) = 0;

  /// Writes a line to log.txt and to the terminal, with the component's name before `message`.
  virtual void log(LogLevel level, const std::string& message) = 0;

  /// Shows on the progress line what a long call is doing now: "epoch 12, best score 0.013". Not stored anywhere. Call
  /// it after each unit of a long call, such as an epoch or a step of all rollouts: a user who does not want to wait
  /// for the end of the tick ends the run here, by an exception that must reach the host.
  virtual void progress(const std::string& message) = 0;

  /// Reports an amount of completed work, in a unit that the component chooses: `work("FLOP", 2.0 * m * n * k)` after a
  /// matrix product. It is charged to the stage that is running, also if that stage called this component, and is shown
  /// as a rate in the table of times at the end of a run. It is not a metric and does not appear in metrics.csv.
  virtual void work(const char* unit, double amount) = 0;

  /// Called by Wire and Owned before each call into another component, whose token is `owner`. Not for authors.
  virtual void enter(const void* owner) noexcept = 0;
  /// The same after the call; `throwing` if it ended with an exception.
  virtual void leave(const void* owner, bool throwing) noexcept = 0;

 protected:
  ~Context() = default;
};

}  // namespace weft
