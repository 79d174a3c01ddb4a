#include "host/validate/trial_run.h"

#include <fmt/format.h>

namespace weft::host {

void TrialRun::ticks(int64_t first, int64_t last) {
  for (int64_t tick = first; tick <= last; ++tick) {
    instance_.set_tick(tick);
    for (const std::string& stage : trial_.stages) instance_.run(stage);
  }
}

weft::testing::Archive TrialRun::save() const {
  weft::testing::Archive archive;
  instance_.save(archive);
  return archive;
}

void TrialRun::record(const ComponentNode& node, const weft_metric& metric, double value) {
  numbers_.push_back(fmt::format("{} {} {:.17g}", node.name, metric.name, value));
}

}  // namespace weft::host
