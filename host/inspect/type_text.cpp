#include "host/inspect/type_text.h"

#include <algorithm>
#include <string_view>

#include "host/base/rows.h"
#include "host/base/written.h"
#include "host/graph/wires.h"
#include "host/inspect/lines.h"

namespace weft::host {
namespace {

/// "; offered by agent.sac and agent.other", or nothing.
std::string offered_by(const weft_slot& row, const Registry& registry) {
  std::string text;
  for (const weft_component_type* type : fitting_types(row, registry))
    text += (text.empty() ? "; offered by " : ", ") + std::string(type->name);
  return text;
}

std::string wanted(const weft_slot& row) {
  return (row.stream ? "stream " : "service ") + std::string(row.interface_id);
}

std::string slot_text(const weft_slot& row, const Registry& registry) {
  const char* need = row.optional ? "; may be left open" : "; must be wired";
  return row_text(row.name, wanted(row) + need + offered_by(row, registry), row.sentence);
}

std::string metric_text(const weft_metric& row) {
  const char* how = row.averaged ? "mean since the last report" : row.headline ? "headline" : "";
  return row_text(row.name + unit_text(row.unit), how, row.sentence);
}

PasteLine slot_line(const weft_slot& row, const Registry& registry) {
  const std::string need = row.optional ? "may be wired: " : "to be filled in: ";
  return {row.name, "\"\"", need + row.sentence + " (" + wanted(row) + offered_by(row, registry) + ")",
          row.optional != 0};
}

}  // namespace

std::string section_of(const weft_component_type& type) {
  return std::string_view(type.name).starts_with("stage.") ? "stages" : "components";
}

std::vector<const weft_component_type*> fitting_types(const weft_slot& slot, const Registry& registry) {
  std::vector<const weft_component_type*> fitting;
  for (const auto& [name, record] : registry.types()) {
    const Rows offers = offers_of(*record.type);
    if (std::any_of(offers.begin(), offers.end(), [&](const weft_offer& offer) { return fits(offer, slot); }))
      fitting.push_back(record.type);
  }
  return fitting;
}

std::string headline(const LoadedPlugin& plugin) {
  const weft_plugin_entry& entry = *plugin.entry;
  return std::string(entry.name) + " " + entry.version + " (" + entry.licence + "), SDK " +
         std::to_string(entry.sdk_major) + "." + std::to_string(entry.sdk_minor) + ", " + plugin.found_by + ": " +
         plugin.file.string();
}

std::string type_text(const TypeRecord& record, const Registry& registry) {
  const weft_component_type& type = *record.type;
  std::string text = std::string(type.name) + ": " + type.summary + "\n";
  if (*type.reference) text += "reference: " + std::string(type.reference) + "\n";
  text += "plugin: " + headline(*record.plugin) + "\n";
  if (type.schedulable) text += "a stage: the schedule may run it\n";
  std::string keys, wires, services, streams, numbers;
  for (const weft_parameter& row : parameters_of(type)) keys += parameter_text(row);
  for (const weft_slot& row : slots_of(type)) wires += slot_text(row, registry);
  for (const weft_offer& row : offers_of(type))
    (row.stream ? streams : services) += row_text(row.name, row.interface_id, row.sentence);
  for (const weft_metric& row : metrics_of(type)) numbers += metric_text(row);
  return text + titled("parameters", keys) + titled("slots", wires) + titled("services", services) +
         titled("streams", streams) + titled("metrics", numbers);
}

std::string type_toml(const weft_component_type& type, const Registry& registry) {
  const std::string full = type.name;
  const std::string name = full.substr(full.find('.') + 1);
  std::vector<PasteLine> all{{"use", toml_string(full), type.summary}};
  for (const weft_slot& row : slots_of(type)) all.push_back(slot_line(row, registry));
  for (const weft_parameter& row : parameters_of(type)) all.push_back(paste_line(row));
  std::string text = "[" + section_of(type) + "." + name + "]\n" + aligned(all);
  if (type.schedulable)
    text +=
        "\n# It acts when the schedule says so; in a graph that extends another, this replaces the whole schedule:\n"
        "# [[schedule]]\n# run = \"" +
        name + "\"\n";
  return text;
}

}  // namespace weft::host
