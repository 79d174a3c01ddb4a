/// What to try after a run.
#pragma once

#include <string>

#include "host/cli/command_run.h"
#include "host/run/summary.h"

namespace weft::host {

/// The commands that make sense next, ready to be typed, under "next:". `options` are those of the `weft run`
/// that has ended, which its variants keep; null after `weft resume`, which does not know them.
std::string next_steps(const Summary& summary, const RunOptions* options);

}  // namespace weft::host
