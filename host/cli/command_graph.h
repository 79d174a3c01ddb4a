/// `weft check` and `weft show`.
#pragma once

#include <filesystem>
#include <ostream>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/graph/source.h"

namespace weft::host {

/// The command lines of `weft check` and `weft show`.
struct LookOptions {
  std::filesystem::path graph;
  GraphOptions overrides;                          ///< --set, --seed, --ticks
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  bool dot = false;                                ///< --dot, of `weft show`: Graphviz's language
};

/// Checks a graph and makes its components, but runs no tick; prints the resolved wiring and the notes.
/// Throws Failure with all errors.
ExitCode check_command(const LookOptions& options, std::ostream& out);

/// Prints a checked graph as a picture. Throws Failure as check_command does, and makes no component.
ExitCode show_command(const LookOptions& options, std::ostream& out);

}  // namespace weft::host
