/// `weft sweep`.
#pragma once

#include <ostream>

#include "host/base/diagnostic.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// Runs every setting with every seed and writes the table; finished runs are skipped, interrupted ones continued.
/// Progress goes to `err`, the result to `out`. Returns `done`, `run_failed` when a run failed, or `interrupted`.
/// Throws Failure for errors that are found before any run starts.
ExitCode sweep_command(const SweepOptions& options, std::ostream& out, std::ostream& err);

}  // namespace weft::host
