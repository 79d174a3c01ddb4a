/// Commands to try after a run.
#pragma once

#include <string>

#include "host/cli/command_run.h"
#include "host/run/summary.h"

namespace weft::host {

/// The commands to try next, ready to be pasted into a shell, under "next:". `options` are those of the `weft run` that
/// has ended, which its variants keep; null after `weft resume`, which does not know them.
std::string next_steps(const Summary& summary, const RunOptions* options);

}  // namespace weft::host
