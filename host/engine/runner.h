/// Runs the schedule, tick by tick.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/graph/graph.h"

namespace weft::host {

/// The amount of work that components reported, by unit.
using Work = std::map<std::string, double, std::less<>>;

/// The calls of a stage in this process, and the time they took.
struct StageTiming {
  std::string stage;
  int64_t calls = 0;
  double seconds = 0.0;
  Work work = {};  ///< of the stage and the components that it called
};

/// Fires stages according to the schedule: entries in the order of the list, each `times` in a row.
class Runner {
 public:
  using Fire = std::function<void(const std::string& stage)>;

  /// The graph must outlive this object. `fire` runs a stage once; an exception from it ends the tick.
  Runner(const Graph& graph, Fire fire);

  /// The firings before tick 1: every entry with `at_start`, once.
  void start();
  /// The firings of a tick >= 1.
  void tick(int64_t tick);

  /// Stages in the order of their first entry in the schedule.
  const std::vector<StageTiming>& timings() const noexcept { return timings_; }

 private:
  struct Entry {
    const ScheduleEntry* entry;
    std::size_t timing;
  };
  void fire(const Entry& entry);

  Fire fire_;
  std::vector<Entry> entries_;
  std::vector<StageTiming> timings_;
};

}  // namespace weft::host
