// The resolved graph as TOML.
#include <set>

#include "host/graph.h"
#include "host/parameter.h"
#include "host/written.h"

namespace weft::host {
namespace {

std::string settings_text(const RunSettings& run) {
  std::string text = "[run]\nname = " + toml_string(run.name) + "\nseed = " + std::to_string(run.seed) +
                     "\nticks = " + std::to_string(run.ticks) + "\ncheckpoint = " + std::to_string(run.checkpoint) +
                     "\nreport = " + std::to_string(run.report) + "\nplugins = [";
  for (std::size_t index = 0; index < run.plugins.size(); ++index)
    text += (index ? ", " : "") + toml_string(run.plugins[index].string());
  return text + "]\n";
}

std::string node_text(const ComponentNode& node) {
  const weft_component_type& type = *node.type->type;
  std::string text = std::string("\n[") + (node.stage ? "stages." : "components.") + node.name +
                     "]\nuse = " + toml_string(type.name) + "\n";
  for (uint32_t index = 0; index < type.slot_count; ++index) {
    const auto wire = node.wires.find(type.slots[index]->name);
    if (wire != node.wires.end())
      text += wire->first + " = " + toml_string(wire->second.component + "." + wire->second.offer) + "\n";
  }
  for (uint32_t index = 0; index < type.parameter_count; ++index) {
    const weft_parameter& row = *type.parameters[index];
    const auto value = node.parameters.find(row.key);
    if (value != node.parameters.end()) text += value->first + " = " + to_toml(value->second, row.kind) + "\n";
  }
  return text;
}

std::string entry_text(const ScheduleEntry& entry) {
  return "\n[[schedule]]\nrun = " + toml_string(entry.run) + "\nfrom = " + std::to_string(entry.from) +
         "\nevery = " + std::to_string(entry.every) + "\ntimes = " + std::to_string(entry.times) +
         "\nat_start = " + (entry.at_start ? "true" : "false") + "\n";
}

}  // namespace

std::string to_toml(const Graph& graph) {
  std::string text = settings_text(graph.run);
  for (const ComponentNode& node : graph.nodes) text += node_text(node);
  for (const ScheduleEntry& entry : graph.schedule) text += entry_text(entry);
  return text;
}

std::string run_text(const Graph& graph) {
  Graph resolved = graph;
  std::set<std::filesystem::path> files(graph.run.plugins.begin(), graph.run.plugins.end());
  for (const ComponentNode& node : graph.nodes) {
    if (node.type->plugin->found_by != "beside the program")
      files.insert(std::filesystem::absolute(node.type->plugin->file));
  }
  resolved.run.plugins.assign(files.begin(), files.end());
  return to_toml(resolved);
}

}  // namespace weft::host
