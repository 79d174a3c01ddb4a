// The check of a graph as a whole: every error of its files together, or the resolved graph with notes.
#include <algorithm>
#include <set>
#include <tuple>

#include "host/graph_draft.h"

namespace weft::host {
namespace {

void check_sections(const GraphSource& source, Problems& problems) {
  const std::vector<std::string> known{"extends", "run", "components", "stages", "schedule"};
  for (const Written::Member& member : source.root)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      problems.error(member.place, unknown("key", member.key, known, "a graph"));
}

/// A component that nobody wires to is declared in vain, unless it acts or receives.
void note_unused(const Graph& graph, Problems& problems) {
  std::set<std::string> wired, run;
  for (const ComponentNode& node : graph.nodes)
    for (const auto& [slot, target] : node.wires) wired.insert(target.component);
  for (const ScheduleEntry& entry : graph.schedule) run.insert(entry.run);
  for (const ComponentNode& node : graph.nodes) {
    const weft_component_type& type = *node.type->type;
    const bool receives =
        std::any_of(type.slots, type.slots + type.slot_count, [](const weft_slot* slot) { return slot->stream != 0; });
    const std::string name = "'" + node.name + "' (" + type.name + ")";
    if (type.schedulable && !run.contains(node.name))
      problems.note(node.place, name + " is not in the schedule: it never runs");
    else if (!type.schedulable && !receives && !wired.contains(node.name))
      problems.note(node.place, name + " is used by nothing");
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

}  // namespace weft::host
