#include "host/engine/runner.h"

#include <algorithm>
#include <utility>

namespace weft::host {

Runner::Runner(const Graph& graph, Fire fire) : fire_(std::move(fire)) {
  for (const ScheduleEntry& entry : graph.schedule) {
    const auto found = std::find_if(timings_.begin(), timings_.end(),
                                    [&](const StageTiming& timing) { return timing.stage == entry.run; });
    const auto index = static_cast<std::size_t>(found - timings_.begin());
    if (found == timings_.end()) timings_.push_back({entry.run});
    entries_.push_back({&entry, index});
  }
}

void Runner::start() {
  for (const Entry& entry : entries_) {
    if (entry.entry->at_start) fire(entry);
  }
}

void Runner::tick(int64_t tick) {
  for (const Entry& entry : entries_) {
    if (!entry.entry->fires_at(tick)) continue;
    for (int64_t time = 0; time < entry.entry->times; ++time) fire(entry);
  }
}

void Runner::fire(const Entry& entry) {
  using Clock = std::chrono::steady_clock;
  StageTiming& timing = timings_[entry.timing];
  const Clock::time_point begin = Clock::now();
  fire_(entry.entry->run);
  timing.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
  ++timing.calls;
}

}  // namespace weft::host
