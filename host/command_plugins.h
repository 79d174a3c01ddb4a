/// `weft plugins` and `weft inspect`.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/diagnostic.h"

namespace weft::host {

/// Prints every plugin that is found, with its types, and why those that do not load do not. Throws Failure
/// (plugin_failed) after that when a file named in `plugin_path` does not load.
ExitCode plugins_command(const std::vector<std::filesystem::path>& plugin_path, std::ostream& out);

/// Prints everything that a component type tells of itself. Throws Failure: wrong_input with the nearest name
/// when there is no such type, and as plugins_command does.
ExitCode inspect_command(const std::string& type, const std::vector<std::filesystem::path>& plugin_path,
                         std::ostream& out);

}  // namespace weft::host
