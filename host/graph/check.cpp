#include "host/graph/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/base/rows.h"
#include "host/graph/components.h"
#include "host/graph/schedule.h"
#include "host/graph/wires.h"

namespace weft::host {
namespace {

void check_sections(const GraphSource& source, Problems& problems) {
  const std::vector<std::string> known{"extends", "run", "components", "stages", "schedule"};
  for (const Written::Member& member : source.root)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      problems.error(member.place, unknown("key", member.key, known, "a graph"));
}

/// Whether a component that is not used could take the place of one that is: a graph that declares several losses is
/// made for changing one word.
bool is_alternative(const Graph& graph, const ComponentNode& node) {
  const auto could_fill = [&](const weft_slot& slot) {
    const auto offers = offers_of(*node.type->type);
    return std::any_of(offers.begin(), offers.end(), [&](const weft_offer& offer) { return fits(offer, slot); });
  };
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const ComponentNode& other) {
    const auto slots = slots_of(*other.type->type);
    return &other != &node && std::any_of(slots.begin(), slots.end(), [&](const weft_slot& slot) {
      return !slot.stream && other.wires.contains(slot.name) && could_fill(slot);
    });
  });
}

void note_unused(const Graph& graph, Problems& problems) {
  for (const ComponentNode& node : graph.nodes) {
    if (is_used(graph, node) || (!node.stage && is_alternative(graph, node))) continue;
    problems.note(node.place,
                  fmt::format("'{}' ({}) {}", node.name, node.type->type->name,
                              node.type->type->schedulable ? "is not in the schedule: it never runs" : "is not used"));
  }
}

}  // namespace

Graph check_graph(const GraphSource& source, const Registry& registry) {
  Problems problems;
  for (const Diagnostic& finding : source.findings)
    finding.severity == Severity::note ? problems.note(finding.place, finding.message)
                                       : problems.error(finding.place, finding.message);
  check_sections(source, problems);
  Graph graph;
  graph.file = source.file;
  graph.run = read_run(source, problems);
  Drafts drafts = draft_components(source, registry, problems);
  resolve_wires(drafts, problems);
  graph.nodes = construction_order(drafts, problems);
  graph.schedule = read_schedule(source, drafts, graph.run.ticks, problems);
  problems.throw_errors();
  note_unused(graph, problems);
  graph.notes = problems.take_notes();
  return graph;
}

}  // namespace weft::host
