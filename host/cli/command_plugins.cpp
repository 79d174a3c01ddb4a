#include "host/cli/command_plugins.h"

#include <fmt/format.h>

#include <cstdlib>

#include "host/base/rows.h"
#include "host/cli/try_load.h"
#include "host/graph/keys.h"
#include "host/inspect/key_text.h"
#include "host/inspect/type_json.h"
#include "host/inspect/type_text.h"
#include "host/plugin/registry.h"
#include "host/run/build_info.h"
#include "host/run/libraries.h"

namespace weft::host {
namespace {

void print_types(const LoadedPlugin& plugin, const Registry& registry, std::ostream& out) {
  for (const weft_component_type& type : types_of(*plugin.entry)) {
    const LoadedPlugin& used = *registry.find(type.name)->plugin;
    out << fmt::format("  {}  {}", type.name, type.summary);
    if (&used != &plugin) out << fmt::format(" (not used: {} comes first)", used.file.string());
    out << '\n';
  }
}

[[noreturn]] void no_such_type(const std::string& type, const Registry& registry) {
  std::vector<std::string> names;
  for (const auto& [name, record] : registry.types()) names.push_back(name);
  for (const KeyTable* table : {&run_keys(), &schedule_keys()}) names.emplace_back(table->name);
  const std::string hint = suggestion(type, names);
  const std::size_t count = registry.unloadable().size();
  const std::string broken =
      count == 0 ? ""
                 : fmt::format(", and reports why {} {} cannot be loaded", count, count == 1 ? "plugin" : "plugins");
  throw wrong_input(fmt::format("unknown component type '{}'{} 'weft plugins' lists all types{}", type,
                                hint.empty() ? ";" : hint, broken));
}

}  // namespace

ExitCode version_command(std::ostream& out) {
  out << build_line() << '\n' << std::flush;  // the rest takes a second
  PluginSearch search{{}, {}, {}, true};
  // The installed plugins need no trial.
  if (std::getenv("WEFT_PLUGIN_PATH"))
    search.trouble = [](const std::filesystem::path& file) { return try_load(file, std::chrono::seconds(10)); };
  const Registry registry(search);
  for (const std::string& line : library_lines()) out << line << '\n';
  return ExitCode::done;
}

ExitCode plugins_command(const std::vector<std::filesystem::path>& plugin_path, std::ostream& out) {
  PluginSearch search{{}, plugin_path, {}, true};
  search.trouble = [](const std::filesystem::path& file) { return try_load(file, std::chrono::seconds(10)); };
  const Registry registry(search);
  for (const LoadedPlugin& plugin : registry.plugins()) {
    out << headline(plugin) << '\n';
    print_types(plugin, registry, out);
  }
  for (const UnloadablePlugin& plugin : registry.unloadable()) out << to_text(plugin) << '\n';
  out.flush();  // before the errors
  if (!registry.errors().empty()) throw Failure(ExitCode::plugin_failed, registry.errors());
  if (registry.plugins().empty())
    out << "no plugins were found; name a file or folder with --plugin-path or in WEFT_PLUGIN_PATH\n";
  return ExitCode::done;
}

ExitCode inspect_command(const InspectOptions& options, std::ostream& out) {
  const auto print = [&](const auto& text, const auto& toml, const auto& json) {
    out << (options.form == TypeForm::text ? text() : options.form == TypeForm::toml ? toml() : json());
    return ExitCode::done;
  };
  if (const KeyTable* table = find_key_table(options.type))
    return print([&] { return key_text(*table); }, [&] { return key_toml(*table); }, [&] { return key_json(*table); });
  const Registry registry({{}, options.plugin_path});
  const TypeRecord* record = registry.find(options.type);
  if (!record) no_such_type(options.type, registry);
  return print([&] { return type_text(*record, registry); }, [&] { return type_toml(*record->type, registry); },
               [&] { return type_json(*record, registry); });
}

}  // namespace weft::host
