/// `weft reference`: pages about component types, written from the tables that the types declare.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/plugin/registry.h"

namespace weft::host {

/// The page of one type, as Markdown.
std::string type_page(const TypeRecord& record, const Registry& registry);

/// The list of all types, by kind, as Markdown; links to the pages beside it.
std::string index_page(const Registry& registry);

/// Writes `index.md` and `KIND.NAME.md` for every type that is found into `folder`, which is made when it is not
/// there. Throws Failure (wrong_input): a file in the way that this command did not write, or a folder that cannot
/// be written; nothing is written then.
ExitCode reference_command(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& plugin_path,
                           std::ostream& out);

}  // namespace weft::host
