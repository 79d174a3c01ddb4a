/// An element of an array: runs a few runs of a sweep, on a node.
#pragma once

#include <cstddef>
#include <filesystem>
#include <ostream>

#include "host/base/diagnostic.h"

namespace weft::host {

/// Runs the runs of element `index` of a submission, as many at a time as Slurm gave it processors, and writes down
/// node, start, end and exit code of each. Finished runs are left alone, and those that failed in this array before.
/// After a signal the running ones save and stop; if it was SIGUSR1, the notice before a time limit, the element is
/// requeued. Returns `interrupted`, `run_failed` when a run failed, or `done`. Throws Failure(wrong_input) for a file
/// that was not written by write_submission, and when a plugin is not as it was when the sweep was submitted.
ExitCode run_element(const std::filesystem::path& file, std::size_t index, std::ostream& err);

}  // namespace weft::host
