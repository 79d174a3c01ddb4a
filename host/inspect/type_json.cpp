#include "host/inspect/type_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/base/rows.h"
#include "host/inspect/parameter_json.h"
#include "host/inspect/type_text.h"

namespace weft::host {
namespace {

using nlohmann::ordered_json;

ordered_json slot_json(const weft_slot& row, const Registry& registry) {
  std::vector<std::string> fitting;
  for (const weft_component_type* type : fitting_types(row, registry)) fitting.emplace_back(type->name);
  return {{"name", row.name},          {"interface", row.interface_id},
          {"stream", row.stream != 0}, {"optional", row.optional != 0},
          {"sentence", row.sentence},  {"fitting", fitting}};
}

ordered_json plugin_json(const LoadedPlugin& plugin) {
  const weft_plugin_entry& entry = *plugin.entry;
  return {{"name", entry.name},           {"version", entry.version},
          {"licence", entry.licence},     {"sdk", fmt::format("{}.{}", entry.sdk_major, entry.sdk_minor)},
          {"file", plugin.file.string()}, {"found_by", plugin.found_by}};
}

}  // namespace

std::string type_json(const TypeRecord& record, const Registry& registry) {
  const weft_component_type& type = *record.type;
  ordered_json json = {{"type", type.name},
                       {"summary", type.summary},
                       {"reference", type.reference},
                       {"schedulable", type.schedulable != 0},
                       {"state_version", type.state_version},
                       {"plugin", plugin_json(*record.plugin)}};
  for (const char* list : {"parameters", "slots", "services", "streams", "metrics"}) json[list] = ordered_json::array();
  for (const weft_parameter& row : parameters_of(type)) json["parameters"].push_back(parameter_json(row, type.name));
  for (const weft_slot& row : slots_of(type)) json["slots"].push_back(slot_json(row, registry));
  for (const weft_offer& row : offers_of(type))
    json[row.stream ? "streams" : "services"].push_back(
        {{"name", row.name}, {"interface", row.interface_id}, {"sentence", row.sentence}});
  for (const weft_metric& row : metrics_of(type))
    json["metrics"].push_back({{"name", row.name},
                               {"unit", row.unit},
                               {"headline", row.headline != 0},
                               {"averaged", row.averaged != 0},
                               {"sentence", row.sentence}});
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace weft::host
