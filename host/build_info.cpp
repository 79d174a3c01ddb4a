#include "host/build_info.h"

#include <link.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "weft/core/version.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* compiler =
#ifdef __clang__
    "clang " __clang_version__;
#else
    "gcc " __VERSION__;
#endif

bool is_blas(const fs::path& file) {
  constexpr std::array<std::string_view, 5> beginnings = {"libblas", "libopenblas", "libblis", "libmkl_", "libatlas"};
  const std::string name = file.filename();
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return std::string_view(name).starts_with(beginning); });
}

int add_if_blas(dl_phdr_info* info, std::size_t, void* result) {
  std::error_code error;
  const fs::path file = fs::canonical(info->dlpi_name, error);
  if (!error && (is_blas(file) || is_blas(info->dlpi_name))) static_cast<std::set<fs::path>*>(result)->insert(file);
  return 0;
}

std::set<const LoadedPlugin*> used_plugins(const Graph& graph) {
  std::set<const LoadedPlugin*> used;
  for (const ComponentNode& node : graph.nodes) used.insert(node.type->plugin);
  return used;
}

/// What somebody changed in the graph of a run.
void note_changes(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now,
                  std::set<std::string>& notes) {
  const auto note = [&](const std::string& key, const std::string& was, const std::string& is) {
    notes.insert(key + " was " + was + " when the checkpoint was saved; graph.toml says " + is +
                 " now, and the run goes on with that");
  };
  for (const auto& [key, value] : then) {
    const auto found = now.find(key);
    if (found == now.end() || found->second != value) note(key, value, found == now.end() ? "nothing" : found->second);
  }
  for (const auto& [key, value] : now)
    if (then.count(key) == 0) note(key, "nothing", value);
}

std::string in_words(const ComponentStamp& stamp) { return "plugin " + stamp.plugin + " " + stamp.plugin_version; }

}  // namespace

std::string build_line() { return std::string("weft ") + WEFT_VERSION + ", SDK " + WEFT_SDK_VERSION + ", " + compiler; }

std::vector<fs::path> mapped_blas() {
  std::set<fs::path> found;
  dl_iterate_phdr(&add_if_blas, &found);
  return {found.begin(), found.end()};
}

bool is_openblas(const fs::path& file) { return file.string().find("openblas") != std::string::npos; }

std::string build_text(const Graph& graph, int threads) {
  std::string text = build_line() + "\nthreads: " + std::to_string(threads) + "\n";
  const std::vector<fs::path> blas = mapped_blas();
  if (blas.empty()) text += "BLAS: none\n";
  for (const fs::path& file : blas) text += "BLAS: " + file.string() + "\n";
  std::map<fs::path, const LoadedPlugin*> by_file;
  for (const LoadedPlugin* plugin : used_plugins(graph)) by_file[plugin->file] = plugin;
  for (const auto& [file, plugin] : by_file) {
    text += std::string("plugin ") + plugin->entry->name + " " + plugin->entry->version + " (" +
            plugin->entry->licence + ")\n  file: " + file.string() + " (" + plugin->found_by +
            ")\n  fingerprint: " + plugin->fingerprint + "\n";
  }
  return text;
}

std::map<std::string, ComponentStamp> stamps(const Graph& graph) {
  std::map<const LoadedPlugin*, std::string> checksums;
  for (const LoadedPlugin* plugin : used_plugins(graph)) checksums[plugin] = file_checksum(plugin->file);
  std::map<std::string, ComponentStamp> result;
  for (const ComponentNode& node : graph.nodes) {
    const LoadedPlugin* plugin = node.type->plugin;
    result[node.name] = {node.type->type->name, plugin->entry->name, plugin->entry->version, checksums[plugin],
                         node.type->type->state_version};
  }
  return result;
}

std::vector<std::string> compare(const Checkpoint& checkpoint, const Graph& graph,
                                 const std::map<std::string, ComponentStamp>& now) {
  const CheckpointInfo& info = checkpoint.info();
  const std::string file = "the checkpoint '" + checkpoint.file().string() + "'";
  std::vector<Diagnostic> errors;
  const auto error = [&](const std::string& message) {
    errors.emplace_back();
    errors.back().message = message;
  };
  std::set<std::string> notes;
  if (info.seed != graph.run.seed) {
    error(file + " belongs to seed " + std::to_string(info.seed) + "; the graph says seed " +
          std::to_string(graph.run.seed) + "; put the seed back");
  }
  for (const auto& [name, stamp] : now) {
    const auto found = info.components.find(name);
    if (found == info.components.end()) {
      error(file + " has no component '" + name + "' (" + stamp.type + "); was graph.toml changed?");
      continue;
    }
    const ComponentStamp& old = found->second;
    if (old.type != stamp.type) {
      error(file + " has '" + name + "' as " + old.type + "; the graph says " + stamp.type);
    } else if (old.state_version != stamp.state_version) {
      error(file + " has the state of '" + name + "' (" + stamp.type + ") in version " +
            std::to_string(old.state_version) + ", saved by " + in_words(old) + "; " + in_words(stamp) +
            " has version " + std::to_string(stamp.state_version) +
            "; continue with the plugin that saved it, or run anew");
    } else if (old.plugin_checksum != stamp.plugin_checksum) {
      notes.insert("the plugin " + stamp.plugin + " was rebuilt since the checkpoint was saved (" + old.plugin_version +
                   " then, " + stamp.plugin_version +
                   " now); the versions of its state agree, but its numbers may differ from now on");
    }
  }
  for (const auto& [name, stamp] : info.components) {
    if (now.count(name) == 0) error(file + " has a component '" + name + "' (" + stamp.type + ") that the graph lacks");
  }
  if (!errors.empty()) throw Failure(ExitCode::wrong_input, errors);
  if (!info.settings.empty()) note_changes(info.settings, settings(graph), notes);
  return {notes.begin(), notes.end()};
}

}  // namespace weft::host
