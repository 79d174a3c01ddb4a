/// `weft new`: a folder to begin a plugin with, from a template.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// The kinds of plugin that there are templates of: the folders of `../share/weft/templates` from the program's
/// own folder, by name. Throws Failure (wrong_input) when there is no such folder.
std::vector<std::string> template_kinds();

/// Writes the folder `name` into the working directory: the files of the template `kind`, in whose names and texts
/// `template_name` becomes `name`, `TemplateName` the same as the name of a C++ class, and `TEMPLATE_PREFIX` the
/// folder that this program is installed in. Throws Failure (wrong_input): no such kind, a name that cannot be one
/// of a component type, a folder that is there already, a place that cannot be written. Nothing is left behind then.
ExitCode new_command(const std::string& kind, const std::string& name, std::ostream& out);

}  // namespace weft::host
