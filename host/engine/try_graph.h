/// Constructs the components of a graph without running it.
#pragma once

#include <filesystem>
#include <vector>

#include "host/graph/load.h"
#include "host/graph/source.h"

namespace weft::host {

/// Loads and checks a graph, then constructs each component once and discards it. What the components log meanwhile is
/// added to the graph's notes. Throws Failure with every error.
LoadedGraph try_graph(const std::filesystem::path& file, const GraphOptions& options,
                      const std::vector<std::filesystem::path>& plugin_path);

}  // namespace weft::host
