#include "host/base/program.h"

#include <fmt/format.h>

#include <boost/dll/runtime_symbol_info.hpp>

#include "host/base/diagnostic.h"

namespace weft::host {

std::filesystem::path install_prefix() {
  std::error_code error;
  const std::filesystem::path program = boost::dll::program_location(error);
  if (error)
    throw Failure(ExitCode::run_failed,
                  fmt::format("cannot find out where this program is, and so not its plugins: /proc/self/exe cannot be "
                              "read ({}); mount /proc",
                              error.message()));
  return program.parent_path().parent_path();
}

}  // namespace weft::host
