/// `weft new`: a project for a new plugin, from a template.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// The kinds of plugins that have templates: the names of the folders in `../share/weft/templates`, relative to the
/// program's folder, sorted. Throws Failure(wrong_input) when there is no such folder.
std::vector<std::string> template_kinds();

/// Writes the folder `name` into the working directory: the files of the template `kind`, in whose names and texts
/// `template_name` becomes `name`, `TemplateName` the same as the name of a C++ class, and `TEMPLATE_PREFIX` the
/// folder that this program is installed in. Throws Failure(wrong_input), and leaves nothing behind: an unknown kind,
/// an invalid name, a name that exists already, a folder that cannot be written.
ExitCode new_command(const std::string& kind, const std::string& name, std::ostream& out);

}  // namespace weft::host
