/// From a graph file to a checked graph.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"

namespace weft::host {

/// A checked graph with the plugins that it points into.
struct LoadedGraph {
  std::unique_ptr<Registry> registry;
  Graph graph;
};

/// Reads a graph, loads the plugins that it names and those that are found, and checks it. Throws Failure as
/// read_graph, Registry and check_graph do.
LoadedGraph load_graph(const std::filesystem::path& file, const GraphOptions& options,
                       const std::vector<std::filesystem::path>& plugin_path);

}  // namespace weft::host
