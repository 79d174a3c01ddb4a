/// `weft sweep`.
#pragma once

#include <ostream>

#include "host/base/diagnostic.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// Runs every setting with every seed, skips what is done, goes on with what has begun, and writes the table. Progress
/// goes to `err`, the result to `out`. Returns `done`, `run_failed` when a run failed, or `interrupted`. Throws
/// Failure for what is wrong before anything runs.
ExitCode sweep_command(const SweepOptions& options, std::ostream& out, std::ostream& err);

}  // namespace weft::host
