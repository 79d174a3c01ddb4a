/// What a component may ask of its host for as long as it lives.
#pragma once

#include <cstdint>
#include <string>

namespace weft {

enum class LogLevel : int32_t { info = 0, warning = 1 };

/// The host's side of a component. Implemented by the host; valid until the component is destroyed; called
/// from the thread that the host called the component on, never from parallel work.
class Context {
 public:
  /// The name of the component in its graph.
  virtual const char* name() const = 0;

  /// A seed that depends on the run's seed, the component's name and `stream` alone: adding or removing
  /// another component changes nothing. Equal arguments give equal seeds: a component calls it when it is
  /// made, keeps a weft::Random, and saves that.
  virtual uint64_t seed(const char* stream) const = 0;

  /// The seed of the run itself, for constants that every instance in a run shares. With `stream` mixed in.
  virtual uint64_t run_seed(const char* stream) const = 0;

  /// The current tick: 1 .. ticks; 0 while components are made and in `at_start` firings.
  virtual int64_t tick() const = 0;

  /// How many threads parallel work may use (`--threads`), at least 1. Pass it to `num_threads(...)` of
  /// OpenMP: outside such regions every library runs on one thread. Results must not depend on it: divide
  /// the work into units of fixed size.
  virtual int threads() const = 0;

  /// Records a value of a metric that the type declares. A metric declared as averaged is reported as the
  /// mean of what was recorded since the last report (`run.report` ticks). NaN and infinity throw Error.
  virtual void record(const char* metric, double value) = 0;

  /// A line for log.txt and the terminal.
  virtual void log(LogLevel level, const std::string& message) = 0;

  /// What a long call is doing now, for the progress line: "epoch 12, best score 0.013". Not kept.
  virtual void progress(const std::string& message) = 0;

  /// Work that was done, in a unit of the component's choice: `work("FLOP", 2.0 * m * n * k)` after a matrix product.
  /// It is charged to the stage that is running, whoever it called, and becomes a rate in the table of times at the
  /// end of a run. No metric: nothing of it is in metrics.csv.
  virtual void work(const char* unit, double amount) = 0;

  /// Called by Wire and Owned around each call into another component; `owner` is their token. Not for authors.
  virtual void enter(const void* owner) noexcept = 0;
  virtual void leave(const void* owner, bool throwing) noexcept = 0;

 protected:
  ~Context() = default;
};

}  // namespace weft
