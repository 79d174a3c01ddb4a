#include "host/run/build_info.h"

#include <link.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "host/base/checksum.h"
#include "host/graph/text.h"
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

std::string in_words(const ComponentStamp& stamp) { return "plugin " + stamp.plugin + " " + stamp.plugin_version; }

/// What a checkpoint and the graph that is to go on from it have to say about each other.
class Comparison {
 public:
  explicit Comparison(std::string file) : file_(std::move(file)) {}

  void other_seed(uint64_t then, uint64_t now) {
    error(" belongs to seed " + std::to_string(then) + "; the graph says seed " + std::to_string(now) +
          "; put the seed back");
  }
  void added(const std::string& name, const ComponentStamp& now) {
    error(" has no component '" + name + "' (" + now.type + "); was graph.toml changed?");
  }
  void removed(const std::string& name, const ComponentStamp& then) {
    error(" has a component '" + name + "' (" + then.type + ") that the graph lacks");
  }
  void both(const std::string& name, const ComponentStamp& then, const ComponentStamp& now) {
    if (then.type != now.type)
      error(" has '" + name + "' as " + then.type + "; the graph says " + now.type);
    else if (then.state_version != now.state_version)
      error(" has the state of '" + name + "' (" + now.type + ") in version " + std::to_string(then.state_version) +
            ", saved by " + in_words(then) + "; " + in_words(now) + " has version " +
            std::to_string(now.state_version) + "; continue with the plugin that saved it, or run anew");
    else if (then.plugin_checksum != now.plugin_checksum)
      notes_.insert("the plugin " + now.plugin + " was rebuilt since the checkpoint was saved (" + then.plugin_version +
                    " then, " + now.plugin_version +
                    " now); the versions of its state agree, but its numbers may differ from now on");
  }
  /// What somebody changed in the graph of the run.
  void settings(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now) {
    for (const auto& [key, value] : then) {
      const auto found = now.find(key);
      if (found == now.end())
        setting(key, value, "nothing");
      else if (found->second != value)
        setting(key, value, found->second);
    }
    for (const auto& [key, value] : now)
      if (then.count(key) == 0) setting(key, "nothing", value);
  }

  /// Throws Failure with all errors where there are some.
  std::vector<std::string> notes() const {
    if (!errors_.empty()) throw Failure(ExitCode::wrong_input, errors_);
    return {notes_.begin(), notes_.end()};
  }

 private:
  void error(const std::string& message) {
    errors_.emplace_back();
    errors_.back().message = file_ + message;
  }
  void setting(const std::string& key, const std::string& then, const std::string& now) {
    notes_.insert(key + " was " + then + " when the checkpoint was saved; graph.toml says " + now +
                  " now, and the run goes on with that");
  }

  std::string file_;
  std::vector<Diagnostic> errors_;
  std::set<std::string> notes_;
};

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
  Comparison comparison("the checkpoint '" + checkpoint.file().string() + "'");
  if (info.seed != graph.run.seed) comparison.other_seed(info.seed, graph.run.seed);
  for (const auto& [name, stamp] : now) {
    const auto found = info.components.find(name);
    if (found == info.components.end())
      comparison.added(name, stamp);
    else
      comparison.both(name, found->second, stamp);
  }
  for (const auto& [name, stamp] : info.components)
    if (now.count(name) == 0) comparison.removed(name, stamp);
  if (!info.settings.empty()) comparison.settings(info.settings, settings(graph));
  return comparison.notes();
}

}  // namespace weft::host
