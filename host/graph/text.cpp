#include "host/graph/text.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "host/base/rows.h"
#include "host/base/written.h"
#include "host/graph/keys.h"
#include "host/graph/parameter.h"

namespace weft::host {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;  ///< keys and values as TOML

Lines run_lines(const RunSettings& run) {
  const std::vector<std::string> plugins(run.plugins.begin(), run.plugins.end());
  return {{"name", toml_string(run.name)},        {"seed", fmt::to_string(run.seed)},
          {"ticks", fmt::to_string(run.ticks)},   {"checkpoint", fmt::to_string(run.checkpoint)},
          {"report", fmt::to_string(run.report)}, {"plugins", to_toml(plugins, file_list)}};
}

Lines node_lines(const ComponentNode& node) {
  const weft_component_type& type = *node.type->type;
  Lines lines{{"use", toml_string(type.name)}};
  for (const weft_slot& slot : slots_of(type)) {
    const auto wire = node.wires.find(slot.name);
    if (wire != node.wires.end())
      lines.emplace_back(wire->first, toml_string(wire->second.component + "." + wire->second.offer));
  }
  for (const weft_parameter& row : parameters_of(type)) {
    const auto value = node.parameters.find(row.key);
    if (value != node.parameters.end()) lines.emplace_back(value->first, to_toml(value->second, row.kind));
  }
  return lines;
}

Lines entry_lines(const ScheduleEntry& entry) {
  Lines lines{{"run", toml_string(entry.run)}};
  if (entry.at) lines.emplace_back("at", fmt::to_string(*entry.at));
  if (entry.from) lines.emplace_back("from", fmt::to_string(*entry.from));
  if (entry.until) lines.emplace_back("until", fmt::to_string(*entry.until));
  if (!entry.at) lines.emplace_back("every", fmt::to_string(entry.every));
  lines.emplace_back("times", fmt::to_string(entry.times));
  lines.emplace_back("at_start", entry.at_start ? "true" : "false");
  return lines;
}

std::string table_text(const std::string& header, const Lines& lines) {
  std::string text = header + "\n";
  for (const auto& [key, value] : lines) text += fmt::format("{} = {}\n", key, value);
  return text;
}

}  // namespace

std::string to_toml(const Graph& graph) {
  std::string text = table_text("[run]", run_lines(graph.run));
  for (const ComponentNode& node : graph.nodes) text += "\n" + table_text("[" + table_of(node) + "]", node_lines(node));
  for (const ScheduleEntry& entry : graph.schedule) text += "\n" + table_text("[[schedule]]", entry_lines(entry));
  return text;
}

std::map<std::string, std::string> settings(const Graph& graph) {
  std::map<std::string, std::string> result;
  for (const ComponentNode& node : graph.nodes)
    for (const auto& [key, value] : node_lines(node)) result[table_of(node) + "." + key] = value;
  for (std::size_t index = 0; index < graph.schedule.size(); ++index)
    for (const auto& [key, value] : entry_lines(graph.schedule[index]))
      result[fmt::format("[[schedule]] {}, {}", index + 1, key)] = value;
  return result;
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
