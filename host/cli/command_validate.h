/// `weft validate`.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// What the command line of `weft validate` says.
struct ValidateOptions {
  std::filesystem::path plugin;                    ///< the file
  std::vector<std::string> sets;                   ///< --set TYPE.KEY=VALUE
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: where else checks and stand-ins are looked for
  int time_limit = 30;                             ///< --time-limit: seconds for each test
  bool json = false;                               ///< --json: one object at the end, see sdk/README.md
};

/// Tests every component type of a plugin, each test in a process of its own, and prints what passed, what failed
/// and why. Returns `done` or `run_failed`. Throws Failure: plugin_failed when the plugin cannot be loaded, or does
/// not survive it; wrong_input when a `--set` points nowhere.
ExitCode validate_command(const ValidateOptions& options, std::ostream& out);

}  // namespace weft::host
