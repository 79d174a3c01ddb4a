#include "host/base/standard_streams.h"

#include <fcntl.h>

#include <cerrno>
#include <csignal>

#include "host/base/diagnostic.h"

namespace weft::host {

void prepare_standard_streams() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int descriptor : {0, 1, 2}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // open() takes the lowest free number, which is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY);
  }
}

void require_written(std::ostream& out) {
  if (out.flush()) return;
  throw Failure(ExitCode::run_failed,
                "standard output could not be written: its disk is full, or its reader has ended; what was printed is "
                "incomplete");
}

}  // namespace weft::host
