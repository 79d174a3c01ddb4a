/// Standard input, output and error.
#pragma once

#include <ostream>

namespace weft::host {

/// Opens /dev/null for each of the descriptors 0 to 2 that is closed: a file that got one of these numbers would
/// receive whatever is printed. And lets a write to a pipe without a reader (SIGPIPE), or beyond a limit of the file
/// size (SIGXFSZ), fail with an error instead of ending the process. Call it before any file is opened.
void prepare_standard_streams() noexcept;

/// Flushes `out` and throws Failure(run_failed) when something that was printed did not reach it: a full disk, or a
/// reader that has gone.
void require_written(std::ostream& out);

}  // namespace weft::host
