#include "host/graph/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/base/rows.h"
#include "host/base/written.h"

namespace weft::host {
namespace {

struct WireLine {
  std::string slot, source;
  bool stream;
};

/// The wires of a node, in the order in which its type declares the slots.
std::vector<WireLine> wires_of(const ComponentNode& node) {
  std::vector<WireLine> wires;
  for (const weft_slot& slot : slots_of(*node.type->type)) {
    const auto found = node.wires.find(slot.name);
    if (found != node.wires.end())
      wires.push_back({slot.name, found->second.component + "." + found->second.offer, slot.stream != 0});
  }
  return wires;
}

std::string when(const ScheduleEntry& entry) {
  std::string text = entry.every == 1 ? "every tick" : fmt::format("every {} ticks", entry.every);
  if (entry.at) text = fmt::format("at tick {}", *entry.at);
  if (entry.from.value_or(1) > 1) text += fmt::format(" from {}", *entry.from);
  if (entry.until) text += fmt::format(" until {}", *entry.until);
  if (entry.times > 1) text += fmt::format(", {} times", entry.times);
  if (entry.at_start) text += ", and once before tick 1";
  return text;
}

/// The components that receive the streams of a stage, by name.
std::vector<std::string> receivers_of(const Graph& graph, const std::string& stage) {
  std::set<std::string> names;
  for (const ComponentNode& node : graph.nodes)
    for (const WireLine& wire : wires_of(node))
      if (wire.stream && wire.source.starts_with(stage + ".")) names.insert(node.name);
  return {names.begin(), names.end()};
}

std::string components(const Graph& graph) {
  std::size_t name_width = 0, type_width = 0, slot_width = 0;
  for (const ComponentNode& node : graph.nodes) {
    name_width = std::max(name_width, node.name.size());
    type_width = std::max(type_width, std::string(node.type->type->name).size());
    for (const WireLine& wire : wires_of(node)) slot_width = std::max(slot_width, wire.slot.size());
  }
  std::string text;
  for (const ComponentNode& node : graph.nodes) {
    std::string line = fmt::format("  {:<{}}  ", node.name, name_width);
    const std::vector<WireLine> wires = wires_of(node);
    if (wires.empty()) text += line + node.type->type->name + "\n";
    for (std::size_t index = 0; index < wires.size(); ++index) {
      line =
          index == 0 ? line + fmt::format("{:<{}}", node.type->type->name, type_width) : std::string(line.size(), ' ');
      text += fmt::format("{}  {:<{}} {} {}\n", line, wires[index].slot, slot_width, wires[index].stream ? "<=" : "<-",
                          wires[index].source);
    }
  }
  return text;
}

std::string schedule(const Graph& graph) {
  std::size_t name_width = 0, when_width = 0;
  for (const ScheduleEntry& entry : graph.schedule) {
    name_width = std::max(name_width, entry.run.size());
    when_width = std::max(when_width, when(entry).size());
  }
  std::string text;
  for (const ScheduleEntry& entry : graph.schedule) {
    const std::vector<std::string> receivers = receivers_of(graph, entry.run);
    std::string line = fmt::format("  {:<{}}  ", entry.run, name_width);
    line += receivers.empty() ? when(entry) : fmt::format("{:<{}}  =>", when(entry), when_width);
    for (const std::string& receiver : receivers) line += " " + receiver;
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string picture(const Graph& graph) {
  return fmt::format(
      "{}: {} ticks, seed {}\n\ncomponents, in the order in which they are created (<- a service, <= a stream)\n{}\n"
      "schedule of one tick\n{}",
      graph.run.name, graph.run.ticks, graph.run.seed, components(graph), schedule(graph));
}

std::string dot(const Graph& graph) {
  std::string text = fmt::format(
      "digraph {} {{\n  rankdir = LR\n  node [shape = box, fontname = \"sans-serif\"]\n"
      "  edge [fontname = \"sans-serif\", fontsize = 10]\n",
      toml_string(graph.run.name));
  for (const ComponentNode& node : graph.nodes) {
    std::string label = node.name + "\\n" + node.type->type->name;
    for (const ScheduleEntry& entry : graph.schedule)
      if (entry.run == node.name) label += "\\n" + when(entry);
    text += fmt::format("  {} [label = \"{}\"{}{}]\n", node.name, label, node.stage ? ", style = rounded" : "",
                        is_used(graph, node) ? "" : ", color = gray, fontcolor = gray");
  }
  for (const ComponentNode& node : graph.nodes)
    for (const WireLine& wire : wires_of(node)) {
      const std::size_t point = wire.source.find('.');
      text += fmt::format("  {} -> {} [label = \"{}: {}\"{}]\n", wire.source.substr(0, point), node.name, wire.slot,
                          wire.source.substr(point + 1), wire.stream ? ", style = bold" : "");
    }
  return text + "}\n";
}

}  // namespace weft::host
