/// The runs of a sweep, each a process of its own.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "host/sweep/folder.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// How a run of a sweep ended.
struct RunEnd {
  enum class Kind { done, done_before, failed, interrupted, not_started };
  Kind kind = Kind::not_started;
  std::string error;  ///< of a failed one: one line
};

/// Runs what is left of the plan, `jobs` at a time: every setting with the first seed, then with the next one. What a
/// run says goes to a file beside its folder, `said_in`. A run that fails stops no other. After SIGINT or SIGTERM no
/// run is started and those under way are told to save; after a second one they are killed. Progress goes to `err`.
/// Returns the ends in the order of the plan.
std::vector<RunEnd> run_sweep(const SweepPlan& plan, const std::vector<Standing>& standings,
                              const SweepOptions& options, std::ostream& err);

/// The file to which a run's screen goes.
std::filesystem::path said_in(const SweepRun& run);

/// "work.epochs=10, seed 3".
std::string label(const SweepPlan& plan, const SweepRun& run);

}  // namespace weft::host
