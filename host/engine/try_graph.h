/// Making the components of a graph without running it.
#pragma once

#include <filesystem>
#include <vector>

#include "host/graph/load.h"
#include "host/graph/source.h"

namespace weft::host {

/// A checked graph whose components can be made: makes each once and discards it. Throws Failure with everything that
/// is wrong.
LoadedGraph try_graph(const std::filesystem::path& file, const GraphOptions& options,
                      const std::vector<std::filesystem::path>& plugin_path);

}  // namespace weft::host
