#include "host/graph/graph.h"

#include <algorithm>

#include "host/base/rows.h"

namespace weft::host {

const ComponentNode* Graph::find(const std::string& name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const auto& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

bool is_used(const Graph& graph, const ComponentNode& node) {
  const weft_component_type& type = *node.type->type;
  if (type.schedulable)
    return std::any_of(graph.schedule.begin(), graph.schedule.end(),
                       [&](const ScheduleEntry& entry) { return entry.run == node.name; });
  const Rows slots = slots_of(type);
  const bool receives = std::any_of(slots.begin(), slots.end(), [&](const weft_slot& slot) {
    return slot.stream != 0 && node.wires.contains(slot.name);
  });
  return receives || std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const ComponentNode& other) {
           return std::any_of(other.wires.begin(), other.wires.end(),
                              [&](const auto& wire) { return wire.second.component == node.name; });
         });
}

std::string table_of(const ComponentNode& node) { return (node.stage ? "stages." : "components.") + node.name; }

}  // namespace weft::host
