/// `weft validate`.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// The command line of `weft validate`.
struct ValidateOptions {
  std::filesystem::path plugin;                    ///< the file
  std::vector<std::string> sets;                   ///< --set TYPE.KEY=VALUE
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: other plugins with checks and services
  int time_limit = 30;                             ///< --time-limit: seconds for each test
  bool json = false;                               ///< --json: one object at the end, see sdk/README.md
};

/// Tests every component type of a plugin, each test in a process of its own, and prints which tests passed, and which
/// failed and why. Returns `done` or `run_failed`. Throws Failure: plugin_failed when loading the plugin fails or ends
/// the process; wrong_input for an invalid `--set`.
ExitCode validate_command(const ValidateOptions& options, std::ostream& out);

}  // namespace weft::host
