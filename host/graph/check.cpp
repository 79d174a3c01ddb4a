// The check of a graph as a whole: every error of its files together, or the resolved graph with notes.
#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "host/graph/draft.h"

namespace weft::host {
namespace {

void check_sections(const GraphSource& source, Problems& problems) {
  const std::vector<std::string> known{"extends", "run", "components", "stages", "schedule"};
  for (const Written::Member& member : source.root)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      problems.error(member.place, unknown("key", member.key, known, "a graph"));
}

void note_unused(const Graph& graph, Problems& problems) {
  for (const ComponentNode& node : graph.nodes) {
    if (is_used(graph, node)) continue;
    problems.note(node.place,
                  "'" + node.name + "' (" + node.type->type->name + ") " +
                      (node.type->type->schedulable ? "is not in the schedule: it never runs" : "is used by nothing"));
  }
}

/// By file and line; what options said comes last.
void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  const auto key = [](const Diagnostic& diagnostic) {
    const Place& place = diagnostic.place;
    return std::tuple(place.file.starts_with("--"), place.file, place.line, place.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& left, const Diagnostic& right) { return key(left) < key(right); });
}

}  // namespace

const ComponentNode* Graph::find(const std::string& name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

bool is_used(const Graph& graph, const ComponentNode& node) {
  const weft_component_type& type = *node.type->type;
  if (type.schedulable)
    return std::any_of(graph.schedule.begin(), graph.schedule.end(),
                       [&](const ScheduleEntry& entry) { return entry.run == node.name; });
  const bool receives = std::any_of(type.slots, type.slots + type.slot_count, [&](const weft_slot* slot) {
    return slot->stream != 0 && node.wires.contains(slot->name);
  });
  return receives || std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const ComponentNode& other) {
           return std::any_of(other.wires.begin(), other.wires.end(),
                              [&](const auto& wire) { return wire.second.component == node.name; });
         });
}

Graph check_graph(const GraphSource& source, const Registry& registry) {
  Problems problems;
  problems.errors() = source.problems;
  check_sections(source, problems);
  Graph graph;
  graph.file = source.file;
  graph.run = read_run(source, problems);
  Drafts drafts = draft_components(source, registry, problems);
  resolve_wires(drafts, problems);
  graph.nodes = construction_order(drafts, problems);
  graph.schedule = read_schedule(source, drafts, graph.run.ticks, problems);
  if (!problems.errors().empty()) {
    sort_by_place(problems.errors());
    throw Failure(ExitCode::wrong_input, std::move(problems.errors()));
  }
  note_unused(graph, problems);
  sort_by_place(problems.notes());
  graph.notes = std::move(problems.notes());
  return graph;
}

LoadedGraph load_graph(const std::filesystem::path& file, const GraphOptions& options,
                       const std::vector<std::filesystem::path>& plugin_path) {
  const std::shared_ptr<const GraphSource> source = read_graph(file, options);
  auto registry = std::make_unique<Registry>(PluginSearch{named_plugins(*source), plugin_path, used_types(*source)});
  Graph graph = check_graph(*source, *registry);
  const std::vector<Diagnostic> notes = registry->notes();
  graph.notes.insert(graph.notes.end(), notes.begin(), notes.end());
  return {std::move(registry), std::move(graph)};
}

}  // namespace weft::host
