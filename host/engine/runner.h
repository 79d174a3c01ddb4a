/// The schedule, tick by tick.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/graph/graph.h"

namespace weft::host {

/// What components did, by unit.
using Work = std::map<std::string, double, std::less<>>;

/// The time that a stage took in the firings of this process.
struct StageTiming {
  std::string stage;
  int64_t calls = 0;
  double seconds = 0.0;
  Work work = {};  ///< of the stage and whomever it called
};

/// Fires stages as the schedule says: entries in the order of the list, each `times` in a row.
class Runner {
 public:
  using Fire = std::function<void(const std::string& stage)>;

  /// The graph has to outlive this. `fire` runs a stage once; what it throws ends the tick.
  Runner(const Graph& graph, Fire fire);

  /// The firings before tick 1: every entry with `at_start`, once.
  void start();
  /// The firings of a tick >= 1.
  void tick(int64_t tick);

  /// Stages in the order in which the schedule first names them.
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
