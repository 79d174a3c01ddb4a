/// `weft sweep --on slurm`.
#pragma once

#include <ostream>

#include "host/base/diagnostic.h"
#include "host/slurm/submit.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// The first time, submits every unfinished run and returns. Afterwards collects the finished runs into the table, and
/// says how many are done, running, waiting and failed; with `resubmit` it submits those that failed or are in no
/// array, with `cancel` it cancels the sweep's own jobs. Returns `run_failed` when a run failed, else `done`. Throws
/// Failure for errors that are found before anything is submitted.
ExitCode slurm_sweep_command(const SweepOptions& options, const SlurmOptions& slurm, std::ostream& out);

}  // namespace weft::host
