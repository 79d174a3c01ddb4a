#include "host/inspect/type_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "host/base/rows.h"
#include "host/base/written.h"
#include "host/graph/wires.h"
#include "host/inspect/lines.h"

namespace weft::host {
namespace {

/// "; offered by agent.sac, agent.other"; empty when no type offers it.
std::string offered_by(const weft_slot& row, const Registry& registry) {
  std::string text;
  for (const weft_component_type* type : fitting_types(row, registry))
    text += fmt::format("{}{}", text.empty() ? "; offered by " : ", ", type->name);
  return text;
}

std::string needed(const weft_slot& row) {
  return fmt::format("{} {}", row.stream ? "stream" : "service", row.interface_id);
}

std::string slot_text(const weft_slot& row, const Registry& registry) {
  const char* need = row.optional ? "; optional" : "; required";
  return row_text(row.name, needed(row) + need + offered_by(row, registry), row.sentence);
}

std::string metric_text(const weft_metric& row) {
  const char* how = row.averaged ? "mean since the previous report" : row.headline ? "headline" : "";
  return row_text(row.name + unit_text(row.unit), how, row.sentence);
}

PasteLine slot_line(const weft_slot& row, const Registry& registry) {
  const char* need = row.optional ? "optional: " : "fill in: ";
  return {row.name, "\"\"", fmt::format("{}{} ({}{})", need, row.sentence, needed(row), offered_by(row, registry)),
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
  return fmt::format("{} {} ({}), SDK {}.{}, {}: {}", entry.name, entry.version, entry.licence, entry.sdk_major,
                     entry.sdk_minor, plugin.found_by, plugin.file.string());
}

std::string type_text(const TypeRecord& record, const Registry& registry) {
  const weft_component_type& type = *record.type;
  std::string text = fmt::format("{}: {}\n", type.name, type.summary);
  if (*type.reference) text += fmt::format("reference: {}\n", type.reference);
  text += fmt::format("plugin: {}\n", headline(*record.plugin));
  if (type.schedulable) text += "a stage: the schedule may run it\n";
  std::string parameters, slots, services, streams, metrics;
  for (const weft_parameter& row : parameters_of(type)) parameters += parameter_text(row);
  for (const weft_slot& row : slots_of(type)) slots += slot_text(row, registry);
  for (const weft_offer& row : offers_of(type))
    (row.stream ? streams : services) += row_text(row.name, row.interface_id, row.sentence);
  for (const weft_metric& row : metrics_of(type)) metrics += metric_text(row);
  return text + titled("parameters", parameters) + titled("slots", slots) + titled("services", services) +
         titled("streams", streams) + titled("metrics", metrics);
}

std::string type_toml(const weft_component_type& type, const Registry& registry) {
  const std::string full = type.name;
  const std::string name = full.substr(full.find('.') + 1);
  std::vector<PasteLine> lines{{"use", toml_string(full), type.summary}};
  for (const weft_slot& row : slots_of(type)) lines.push_back(slot_line(row, registry));
  for (const weft_parameter& row : parameters_of(type)) lines.push_back(paste_line(row));
  std::string text = fmt::format("[{}.{}]\n{}", section_of(type), name, aligned(lines));
  if (type.schedulable)
    text += fmt::format(
        "\n# The schedule runs the stage; in a graph that extends another, this replaces the whole schedule:\n"
        "# [[schedule]]\n# run = \"{}\"\n",
        name);
  return text;
}

}  // namespace weft::host
