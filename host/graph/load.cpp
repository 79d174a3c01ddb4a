#include "host/graph/load.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "host/base/rows.h"
#include "host/graph/check.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// A file of a run that was moved to another place, or another machine, together with its files: `file` if it exists,
/// else the file that lies there relative to the run's folder, if it exists.
fs::path relocated(const fs::path& file, const GraphOptions& options) {
  std::error_code error;
  if (options.folder_then.empty() || options.folder_then == options.folder_now || fs::exists(file, error)) return file;
  const fs::path moved = options.folder_now / file.lexically_relative(options.folder_then);
  return fs::exists(moved, error) ? moved : file;
}

/// Relocates the files that components read, with notes.
void relocate_inputs(Graph& graph, const GraphOptions& options) {
  for (ComponentNode& node : graph.nodes)
    for (const weft_parameter& row : parameters_of(*node.type->type)) {
      if (row.kind != WEFT_PATH || is_output(row)) continue;
      auto& file = std::get<std::string>(node.parameters.at(row.key));
      const fs::path found = file.empty() ? fs::path() : relocated(file, options);
      if (found == file) continue;
      graph.notes.push_back({Severity::note, node.key_places.at(row.key),
                             fmt::format("there is no {}; the run was moved, and {} lies in the same place relative to "
                                         "its folder",
                                         quoted(fs::path(file)), quoted(found))});
      file = found.string();
    }
}

}  // namespace

LoadedGraph load_graph(const std::filesystem::path& file, const GraphOptions& options,
                       const std::vector<std::filesystem::path>& plugin_path) {
  const GraphSource source = read_graph(file, options);
  std::vector<std::pair<fs::path, Place>> plugins = named_plugins(source);
  for (auto& [plugin, place] : plugins) plugin = relocated(plugin, options);
  auto registry = std::make_unique<Registry>(PluginSearch{std::move(plugins), plugin_path, used_types(source)});
  Graph graph = check_graph(source, *registry);
  const std::vector<Diagnostic> notes = registry->notes();
  graph.notes.insert(graph.notes.end(), notes.begin(), notes.end());
  relocate_inputs(graph, options);
  for (fs::path& plugin : graph.run.plugins) plugin = relocated(plugin, options);
  return {std::move(registry), std::move(graph)};
}

}  // namespace weft::host
