/// The folder of a sweep: its lock, and which of its runs exist already.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/file.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// What is left to do for a run.
enum class Standing {
  done,       ///< it is finished
  continues,  ///< it has a checkpoint
  starts,     ///< it has no checkpoint
  waits,      ///< another process runs it now
};

/// The standing of a run whose folder holds this run or none. Throws Failure(wrong_input) when it holds files that Weft
/// did not write.
Standing standing(const SweepRun& run);

/// The standing of each run, in the order of the plan. Throws Failure(wrong_input) with every run whose folder holds
/// something else: another setting, more ticks, or files that Weft did not write.
std::vector<Standing> standings(const SweepPlan& plan);

/// How the run in `run.folder` differs from this one: "a run with other settings: ..."; empty when it does not differ
/// or there is none.
std::string conflict(const SweepRun& run);

/// Throws Failure(wrong_input) when `plan.folder` is not empty and does not hold a sweep over the same settings.
void require_sweep_folder(const SweepPlan& plan);

/// Makes the folder if it does not exist, and locks it for the lifetime of the result. Throws Failure(wrong_input) when
/// another sweep is in progress in it or it cannot be made.
Descriptor open_sweep_folder(const SweepPlan& plan);

}  // namespace weft::host
