/// `weft reference`: pages about component types, generated from the tables that the types declare.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "host/plugin/registry.h"

namespace weft::host {

/// The page of one type, as Markdown.
std::string type_page(const TypeRecord& record, const Registry& registry);

/// The list of all types, by kind, as Markdown, with links to their pages in the same folder.
std::string index_page(const Registry& registry);

/// Writes `index.md` and a `KIND.NAME.md` for every type found into `folder`, which is created if necessary. Throws
/// Failure(wrong_input), and writes nothing, when it would overwrite a file that this command did not write, or when
/// the folder is not writable.
ExitCode reference_command(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& plugin_path,
                           std::ostream& out);

}  // namespace weft::host
