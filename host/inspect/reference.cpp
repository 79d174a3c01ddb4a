#include "host/inspect/reference.h"

#include <map>
#include <string_view>

#include "host/base/file.h"
#include "host/base/rows.h"
#include "host/graph/parameter.h"
#include "host/graph/wires.h"
#include "host/inspect/lines.h"
#include "host/inspect/type_text.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// The first line of every page: how a later run knows that it may write it anew.
constexpr std::string_view marker = "<!-- written by `weft reference` from the types' own tables -->\n";

/// A sentence as Markdown shows it as it is, also inside a table.
std::string plain(std::string_view sentence) {
  std::string text;
  for (const char letter : sentence) {
    if (std::string_view("|*<\\").find(letter) != std::string_view::npos) text += '\\';
    text += letter;
  }
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + text + "`"; }

std::string link(const weft_component_type& type) { return "[" + std::string(type.name) + "](" + type.name + ".md)"; }

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

/// A titled table; nothing where it has no rows.
std::string table(const char* title, const std::vector<std::string>& heads, const std::string& rows) {
  if (rows.empty()) return "";
  return "\n## " + std::string(title) + "\n\n" + row(heads) + row(std::vector<std::string>(heads.size(), "---")) + rows;
}

std::string links(const std::vector<const weft_component_type*>& types) {
  std::string text;
  for (const weft_component_type* type : types) text += (text.empty() ? "" : ", ") + link(*type);
  return text.empty() ? "no type that was found" : text;
}

/// The types with a slot for this service or stream.
std::vector<const weft_component_type*> wanting_types(const weft_offer& offer, const Registry& registry) {
  std::vector<const weft_component_type*> wanting;
  for (const auto& [name, record] : registry.types())
    for (const weft_slot& slot : slots_of(*record.type))
      if (fits(offer, slot) && (wanting.empty() || wanting.back() != record.type)) wanting.push_back(record.type);
  return wanting;
}

std::string parameter_rows(const weft_component_type& type) {
  std::string rows;
  for (const weft_parameter& parameter : parameters_of(type)) {
    const std::string value = parameter.default_value ? code(default_text(parameter))
                              : parameter.optional    ? "may be left out"
                                                      : "must be given";
    rows += row(
        {code(parameter.key), value, plain(parameter.unit), plain(expectation(parameter)), plain(parameter.sentence)});
  }
  return rows;
}

std::string slot_rows(const weft_component_type& type, const Registry& registry) {
  std::string rows;
  for (const weft_slot& slot : slots_of(type))
    rows += row({code(slot.name), slot.optional ? "may be left open" : "must be wired",
                 (slot.stream ? "stream " : "service ") + code(slot.interface_id), plain(slot.sentence),
                 links(fitting_types(slot, registry))});
  return rows;
}

std::string offer_rows(const weft_component_type& type, bool streams, const Registry& registry) {
  std::string rows;
  for (const weft_offer& offer : offers_of(type))
    if ((offer.stream != 0) == streams)
      rows += row(
          {code(offer.name), code(offer.interface_id), plain(offer.sentence), links(wanting_types(offer, registry))});
  return rows;
}

std::string metric_rows(const weft_component_type& type) {
  std::string rows;
  for (const weft_metric& metric : metrics_of(type))
    rows += row({code(metric.name), plain(metric.unit),
                 metric.headline   ? "each value; shown while it runs"
                 : metric.averaged ? "the mean since the last report"
                                   : "each value",
                 plain(metric.sentence)});
  return rows;
}

/// Throws unless the file may be written: it is not there, or this command wrote it.
void require_own(const fs::path& file) {
  if (fs::exists(fs::symlink_status(file)) && !read_whole(file).starts_with(marker))
    throw Failure(ExitCode::wrong_input, "'" + file.string() +
                                             "' is in the way: 'weft reference' did not write it; give another folder, "
                                             "or move the file away");
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    throw Failure(ExitCode::wrong_input, "cannot make the folder '" + folder.string() +
                                             "': " + (error ? error.message() : "it is a file") +
                                             "; give a folder that can be written");
}

}  // namespace

std::string type_page(const TypeRecord& record, const Registry& registry) {
  const weft_component_type& type = *record.type;
  const weft_plugin_entry& plugin = *record.plugin->entry;
  std::string text = std::string(marker) + "# " + type.name + "\n\n" + plain(type.summary) + "\n\n";
  if (*type.reference) text += "Reference: " + plain(type.reference) + "\n\n";
  if (type.schedulable) text += "A stage: the schedule may run it.\n\n";
  text += "In the plugin " + code(plugin.name) + " " + plugin.version + " (" + plugin.licence +
          "). [All types](index.md)\n\n## In a graph\n\n```toml\n" + type_toml(type, registry) + "```\n";
  return text + table("Parameters", {"key", "default", "unit", "takes", "what it does"}, parameter_rows(type)) +
         table("Slots", {"key", "", "wants", "what for", "offered by"}, slot_rows(type, registry)) +
         table("Services", {"name", "interface", "what it is", "wanted by"}, offer_rows(type, false, registry)) +
         table("Streams", {"name", "interface", "what it is", "received by"}, offer_rows(type, true, registry)) +
         table("Metrics", {"name", "unit", "recorded", "what it is"}, metric_rows(type));
}

std::string index_page(const Registry& registry) {
  std::map<std::string, std::string> kinds;
  for (const auto& [name, record] : registry.types())
    kinds[name.substr(0, name.find('.'))] +=
        row({link(*record.type), plain(record.type->summary), code(record.plugin->entry->name)});
  std::string text = std::string(marker) + "# Component types\n";
  for (const auto& [kind, rows] : kinds) text += table(kind.c_str(), {"type", "what it is", "plugin"}, rows);
  return text;
}

ExitCode reference_command(const fs::path& folder, const std::vector<fs::path>& plugin_path, std::ostream& out) {
  const Registry registry({{}, plugin_path});
  make_folder(folder);
  std::map<fs::path, std::string> pages{{folder / "index.md", index_page(registry)}};
  for (const auto& [name, record] : registry.types()) pages[folder / (name + ".md")] = type_page(record, registry);
  for (const auto& [file, text] : pages) require_own(file);
  for (const auto& [file, text] : pages) write_whole(file, text);
  out << registry.types().size() << " component types: " << (folder / "index.md").string() << '\n';
  return ExitCode::done;
}

}  // namespace weft::host
