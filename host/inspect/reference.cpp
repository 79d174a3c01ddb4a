#include "host/inspect/reference.h"

#include <fmt/format.h>

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

/// The first line of every page, which tells a later run that it may overwrite the page.
constexpr std::string_view marker = "<!-- written by `weft reference` from the types' own tables -->\n";

/// Text with Markdown's special characters escaped, also for use in a table.
std::string escaped(std::string_view sentence) {
  std::string text;
  for (const char letter : sentence) {
    if (std::string_view("|*<\\").find(letter) != std::string_view::npos) text += '\\';
    text += letter;
  }
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string link(const weft_component_type& type) { return fmt::format("[{0}]({0}.md)", type.name); }

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += fmt::format(" {} |", cell);
  return text + "\n";
}

/// A table with a title; empty when it has no rows.
std::string table(const char* title, const std::vector<std::string>& heads, const std::string& rows) {
  if (rows.empty()) return "";
  return fmt::format("\n## {}\n\n{}{}{}", title, row(heads), row(std::vector<std::string>(heads.size(), "---")), rows);
}

std::string links(const std::vector<const weft_component_type*>& types) {
  std::string text;
  for (const weft_component_type* type : types) text += (text.empty() ? "" : ", ") + link(*type);
  return text.empty() ? "no type found" : text;
}

/// The types with a slot that this service or stream fits.
std::vector<const weft_component_type*> using_types(const weft_offer& offer, const Registry& registry) {
  std::vector<const weft_component_type*> users;
  for (const auto& [name, record] : registry.types())
    for (const weft_slot& slot : slots_of(*record.type))
      if (fits(offer, slot) && (users.empty() || users.back() != record.type)) users.push_back(record.type);
  return users;
}

std::string parameter_rows(const weft_component_type& type) {
  std::string rows;
  for (const weft_parameter& parameter : parameters_of(type)) {
    const std::string value = parameter.default_value ? code(default_text(parameter))
                              : parameter.optional    ? "optional"
                                                      : "required";
    rows += row({code(parameter.key), value, escaped(parameter.unit), escaped(expectation(parameter)),
                 escaped(parameter.sentence)});
  }
  return rows;
}

std::string slot_rows(const weft_component_type& type, const Registry& registry) {
  std::string rows;
  for (const weft_slot& slot : slots_of(type))
    rows += row({code(slot.name), slot.optional ? "optional" : "required",
                 fmt::format("{} `{}`", slot.stream ? "stream" : "service", slot.interface_id), escaped(slot.sentence),
                 links(fitting_types(slot, registry))});
  return rows;
}

std::string offer_rows(const weft_component_type& type, bool streams, const Registry& registry) {
  std::string rows;
  for (const weft_offer& offer : offers_of(type))
    if ((offer.stream != 0) == streams)
      rows += row(
          {code(offer.name), code(offer.interface_id), escaped(offer.sentence), links(using_types(offer, registry))});
  return rows;
}

std::string metric_rows(const weft_component_type& type) {
  std::string rows;
  for (const weft_metric& metric : metrics_of(type))
    rows += row({code(metric.name), escaped(metric.unit),
                 metric.headline   ? "each value; shown during the run"
                 : metric.averaged ? "the mean since the previous report"
                                   : "each value",
                 escaped(metric.sentence)});
  return rows;
}

/// Throws unless the file may be written: it does not exist, or this command wrote it.
void require_own(const fs::path& file) {
  if (fs::exists(fs::symlink_status(file)) && !read_whole(file).starts_with(marker))
    throw wrong_input(
        fmt::format("{} exists and was not written by 'weft reference'; give another folder, or move the "
                    "file away",
                    quoted(file)));
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    throw wrong_input(fmt::format("cannot create the folder {}: {}; give a writable folder", quoted(folder),
                                  error ? error.message() : "it is a file"));
}

}  // namespace

std::string type_page(const TypeRecord& record, const Registry& registry) {
  const weft_component_type& type = *record.type;
  const weft_plugin_entry& plugin = *record.plugin->entry;
  std::string text = fmt::format("{}# {}\n\n{}\n\n", marker, type.name, escaped(type.summary));
  if (*type.reference) text += fmt::format("Reference: {}\n\n", escaped(type.reference));
  if (type.schedulable) text += "A stage: the schedule may run it.\n\n";
  text += fmt::format("In the plugin `{}` {} ({}). [All types](index.md)\n\n## In a graph\n\n```toml\n{}```\n",
                      plugin.name, plugin.version, plugin.licence, type_toml(type, registry));
  return text + table("Parameters", {"key", "default", "unit", "takes", "what it does"}, parameter_rows(type)) +
         table("Slots", {"key", "", "needs", "description", "offered by"}, slot_rows(type, registry)) +
         table("Services", {"name", "interface", "description", "used by"}, offer_rows(type, false, registry)) +
         table("Streams", {"name", "interface", "description", "received by"}, offer_rows(type, true, registry)) +
         table("Metrics", {"name", "unit", "recorded", "description"}, metric_rows(type));
}

std::string index_page(const Registry& registry) {
  std::map<std::string, std::string> kinds;
  for (const auto& [name, record] : registry.types())
    kinds[name.substr(0, name.find('.'))] +=
        row({link(*record.type), escaped(record.type->summary), code(record.plugin->entry->name)});
  std::string text = fmt::format("{}# Component types\n", marker);
  for (const auto& [kind, rows] : kinds) text += table(kind.c_str(), {"type", "description", "plugin"}, rows);
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
