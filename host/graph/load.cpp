#include "host/graph/load.h"

#include <utility>

#include "host/graph/check.h"

namespace weft::host {

LoadedGraph load_graph(const std::filesystem::path& file, const GraphOptions& options,
                       const std::vector<std::filesystem::path>& plugin_path) {
  const GraphSource source = read_graph(file, options);
  auto registry = std::make_unique<Registry>(PluginSearch{named_plugins(source), plugin_path, used_types(source)});
  Graph graph = check_graph(source, *registry);
  const std::vector<Diagnostic> notes = registry->notes();
  graph.notes.insert(graph.notes.end(), notes.begin(), notes.end());
  return {std::move(registry), std::move(graph)};
}

}  // namespace weft::host
