/// Runs a sweep: each run is a process of its own.
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

/// Runs the unfinished runs of the plan, `jobs` at a time: every setting with the first seed, then with the next one.
/// The output of a run goes to `output_file`. Failed runs do not stop the others. After SIGINT or SIGTERM no run is
/// started and the running ones save and stop; after a second signal they are killed. Progress goes to `err`. Returns
/// the ends in the order of the plan.
std::vector<RunEnd> run_sweep(const SweepPlan& plan, const std::vector<Standing>& standings,
                              const SweepOptions& options, std::ostream& err);

/// The file with a run's output, beside its folder.
std::filesystem::path output_file(const SweepRun& run);

/// "work.epochs=10, seed 3".
std::string label(const SweepPlan& plan, const SweepRun& run);

}  // namespace weft::host
