#include "host/command_plugins.h"

#include <algorithm>

#include "host/parameter.h"
#include "host/registry.h"

namespace weft::host {
namespace {

/// "stores 1.0.0 (MIT), SDK 1.0, beside the program: /usr/lib/weft/plugins/stores.so"
std::string headline(const LoadedPlugin& plugin) {
  const weft_plugin_entry& entry = *plugin.entry;
  return std::string(entry.name) + " " + entry.version + " (" + entry.licence + "), SDK " +
         std::to_string(entry.sdk_major) + "." + std::to_string(entry.sdk_minor) + ", " + plugin.found_by + ": " +
         plugin.file.string();
}

void print_types(const LoadedPlugin& plugin, const Registry& registry, std::ostream& out) {
  for (uint32_t index = 0; index < plugin.entry->type_count; ++index) {
    const weft_component_type& type = *plugin.entry->types[index];
    const LoadedPlugin& used = *registry.find(type.name)->plugin;
    out << "  " << type.name << "  " << type.summary;
    if (&used != &plugin) out << " (not used: " << used.file.string() << " comes first)";
    out << '\n';
  }
}

/// The rows of one table under a title; nothing for an empty table.
template <class Row, class Print>
void print_table(const char* title, const Row* const* rows, uint32_t count, std::ostream& out, Print print) {
  if (std::all_of(rows, rows + count, [&](const Row* row) { return print(*row).empty(); })) return;
  out << '\n' << title << '\n';
  for (uint32_t index = 0; index < count; ++index) out << print(*rows[index]);
}

/// A row as two lines: its name with what it takes, then what it is.
std::string lines(const std::string& name, const std::string& takes, const std::string& sentence) {
  return "  " + name + "  " + takes + "\n      " + sentence + "\n";
}

std::string parameter_text(const weft_parameter& row) {
  const std::string given = row.default_value ? " = " + std::string(row.default_value) : "";
  const std::string unit = *row.unit ? " [" + std::string(row.unit) + "]" : "";
  const std::string need = row.default_value ? "" : row.optional ? "; may be left out" : "; must be given";
  return lines(row.key + given + unit, "(" + expectation(row) + need + ")", row.sentence);
}

std::string slot_text(const weft_slot& row) {
  const std::string need = row.optional ? "may be left open" : "must be wired";
  return lines(row.name,
               std::string("(") + (row.stream ? "stream " : "service ") + row.interface_id + "; " + need + ")",
               row.sentence);
}

std::string offer_text(const weft_offer& row, bool stream) {
  if ((row.stream != 0) != stream) return "";
  return lines(row.name, "(" + std::string(row.interface_id) + ")", row.sentence);
}

std::string metric_text(const weft_metric& row) {
  const std::string unit = *row.unit ? " [" + std::string(row.unit) + "]" : "";
  const char* how = row.averaged ? "  (mean since the last report)" : row.headline ? "  (headline)" : "";
  return "  " + std::string(row.name) + unit + how + "\n      " + row.sentence + "\n";
}

[[noreturn]] void no_such_type(const std::string& type, const Registry& registry) {
  std::vector<std::string> names;
  for (const auto& [name, record] : registry.types()) names.push_back(name);
  const std::string hint = suggestion(type, names);
  const std::string broken =
      registry.unloadable().empty()
          ? ""
          : ", and says why " + std::to_string(registry.unloadable().size()) + " plugins do not load";
  throw Failure(ExitCode::wrong_input, "unknown component type '" + type + "'" + (hint.empty() ? ";" : hint) +
                                           " 'weft plugins' lists all types" + broken);
}

}  // namespace

ExitCode plugins_command(const std::vector<std::filesystem::path>& plugin_path, std::ostream& out) {
  const Registry registry({{}, plugin_path, {}, true});
  for (const LoadedPlugin& plugin : registry.plugins()) {
    out << headline(plugin) << '\n';
    print_types(plugin, registry, out);
  }
  for (const UnloadablePlugin& plugin : registry.unloadable()) out << to_text(plugin) << '\n';
  out.flush();  // before what is wrong
  if (!registry.errors().empty()) throw Failure(ExitCode::plugin_failed, registry.errors());
  if (registry.plugins().empty())
    out << "no plugin was found; give a file or folder with --plugin-path or in WEFT_PLUGIN_PATH\n";
  return ExitCode::done;
}

ExitCode inspect_command(const std::string& type_name, const std::vector<std::filesystem::path>& plugin_path,
                         std::ostream& out) {
  const Registry registry({{}, plugin_path});
  const TypeRecord* record = registry.find(type_name);
  if (!record) no_such_type(type_name, registry);
  const weft_component_type& type = *record->type;
  out << type.name << ": " << type.summary << '\n';
  if (*type.reference) out << "reference: " << type.reference << '\n';
  out << "plugin: " << headline(*record->plugin) << '\n';
  if (type.schedulable) out << "a stage: the schedule may run it\n";
  print_table("parameters", type.parameters, type.parameter_count, out, parameter_text);
  print_table("slots", type.slots, type.slot_count, out, slot_text);
  print_table("services", type.offers, type.offer_count, out,
              [](const weft_offer& row) { return offer_text(row, false); });
  print_table("streams", type.offers, type.offer_count, out,
              [](const weft_offer& row) { return offer_text(row, true); });
  print_table("metrics", type.metrics, type.metric_count, out, metric_text);
  return ExitCode::done;
}

}  // namespace weft::host
