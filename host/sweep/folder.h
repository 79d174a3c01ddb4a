/// The folder of a sweep: who may write there, and what of its runs is there already.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/file.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// What is left to do for a run.
enum class Standing {
  done,         ///< it is finished
  goes_on,      ///< it has a checkpoint
  begins_anew,  ///< it has nothing, or nothing to go on from
};

/// How each run of the plan stands, in their order. Throws Failure(wrong_input) with every run whose folder holds
/// something else: another setting, more ticks, or what Weft did not write.
std::vector<Standing> standings(const SweepPlan& plan);

/// Why the run in `run.folder` is not this one, "a run with other settings: ..."; empty where it is, or none is there.
std::string conflict(const SweepRun& run);

/// Throws Failure(wrong_input) when `plan.folder` is not empty and no sweep over the same settings.
void require_sweep_folder(const SweepPlan& plan);

/// Makes the folder where it is not there and locks it for as long as the result lives. Throws Failure(wrong_input)
/// when another sweep is under way in it or it cannot be written.
Descriptor open_sweep_folder(const SweepPlan& plan);

}  // namespace weft::host
