/// `weft plugins` and `weft inspect`.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// Prints the versions of Weft and its SDK, and of the libraries that compute in its plugins: it loads those, which
/// takes about a second. Plugins that cannot be loaded are left out.
ExitCode version_command(std::ostream& out);

/// Prints every plugin that is found, with its types, and why others cannot be loaded. Afterwards throws
/// Failure(plugin_failed) when a file named in `plugin_path` cannot be loaded.
ExitCode plugins_command(const std::vector<std::filesystem::path>& plugin_path, std::ostream& out);

enum class TypeForm { text, toml, json };

struct InspectOptions {
  std::string type;  ///< KIND.NAME, or "run" or "schedule"
  std::vector<std::filesystem::path> plugin_path;
  TypeForm form = TypeForm::text;
};

/// Prints the reference of a component type, or of the keys of [run] or [[schedule]], in one of the forms of
/// host/inspect/type_text.h. Throws Failure: wrong_input with the nearest name when there is no such type, and as
/// plugins_command does.
ExitCode inspect_command(const InspectOptions& options, std::ostream& out);

}  // namespace weft::host
