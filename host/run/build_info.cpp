#include "host/run/build_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/base/checksum.h"
#include "host/base/rows.h"
#include "host/graph/text.h"
#include "host/run/libraries.h"
#include "weft/core/version.h"

namespace weft::host {
namespace {

constexpr const char* folder_key = "folder: ";

namespace fs = std::filesystem;

constexpr const char* compiler =
#ifdef __clang__
    "clang " __clang_version__;
#else
    "gcc " __VERSION__;
#endif

std::set<const LoadedPlugin*> used_plugins(const Graph& graph) {
  std::set<const LoadedPlugin*> used;
  for (const ComponentNode& node : graph.nodes) used.insert(node.type->plugin);
  return used;
}

std::string plugin_text(const ComponentStamp& stamp) {
  return fmt::format("plugin {} {}", stamp.plugin, stamp.plugin_version);
}

/// The differences between a checkpoint and the graph that is to continue from it.
class Comparison {
 public:
  explicit Comparison(fs::path file) : file_(std::move(file)) {}

  void other_seed(uint64_t then, uint64_t now) {
    error(fmt::format("belongs to seed {}, but the graph has seed {}; restore the seed", then, now));
  }
  void added(const std::string& name, const ComponentStamp& now) {
    error(fmt::format("has no component '{}' ({}); was graph.toml changed?", name, now.type));
  }
  void removed(const std::string& name, const ComponentStamp& then) {
    error(fmt::format("has a component '{}' ({}) that is not in the graph", name, then.type));
  }
  void both(const std::string& name, const ComponentStamp& then, const ComponentStamp& now) {
    if (then.type != now.type) {
      error(fmt::format("has '{}' as {}, but the graph has it as {}", name, then.type, now.type));
    } else if (then.state_version != now.state_version) {
      error(
          fmt::format("has the state of '{}' ({}) in version {}, saved by {}; {} has version {}; continue with the "
                      "plugin that saved it, or run from scratch",
                      name, now.type, then.state_version, plugin_text(then), plugin_text(now), now.state_version));
    } else if (then.plugin_checksum != now.plugin_checksum) {
      notes_.insert(
          fmt::format("the plugin {} was rebuilt since the checkpoint was saved ({} then, {} now); the versions of its "
                      "state agree, but its numbers may differ from now on",
                      now.plugin, then.plugin_version, now.plugin_version));
    }
  }
  /// Libraries and instruction sets by name; those that only one of both has do not matter.
  void libraries(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now) {
    for (const auto& [name, version] : then)
      if (const auto found = now.find(name); found != now.end() && found->second != version)
        notes_.insert(
            fmt::format("the checkpoint was saved with {0} {1}; this process has {0} {2}: its numbers may differ "
                        "from now on from those of a run that never stopped",
                        name, version, found->second));
  }
  /// Settings that were changed in the graph of the run.
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

  void inputs(const std::map<std::string, std::string>& then, const Graph& graph) {
    for (const auto& [key, checksum] : input_checksums(graph)) {
      const auto found = then.find(key);
      if (found == then.end() || found->second == checksum) continue;
      const std::string message =
          fmt::format("was saved by a run that read another file as {}: its checksum was {}, and is {} now", key,
                      found->second, checksum);
      if (is_option(graph, key))
        notes_.insert(fmt::format("the checkpoint {}; --set names it, so the run continues with that", message));
      else
        error(
            fmt::format("{}; restore the file, or name it with --set {}=FILE to continue all the same", message, key));
    }
  }

  /// Throws Failure with all errors if there are any.
  std::vector<std::string> notes() const {
    if (!errors_.empty()) throw Failure(ExitCode::wrong_input, errors_);
    return {notes_.begin(), notes_.end()};
  }

 private:
  void error(const std::string& message) {
    errors_.emplace_back();
    errors_.back().message = fmt::format("the checkpoint {} {}", quoted(file_), message);
  }
  void setting(const std::string& key, const std::string& then, const std::string& now) {
    notes_.insert(
        fmt::format("{} was {} when the checkpoint was saved; graph.toml now has {}, and the run continues "
                    "with that",
                    key, then, now));
  }

  /// Whether the command line names the value of this key.
  static bool is_option(const Graph& graph, const std::string& key) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const ComponentNode& node) {
      const std::string table = table_of(node) + ".";
      if (!key.starts_with(table)) return false;
      const auto place = node.key_places.find(key.substr(table.size()));
      return place != node.key_places.end() && place->second.file.starts_with("--set ");
    });
  }

  fs::path file_;
  std::vector<Diagnostic> errors_;
  std::set<std::string> notes_;
};

}  // namespace

std::string build_line() { return fmt::format("weft {}, SDK {}, {}", WEFT_VERSION, WEFT_SDK_VERSION, compiler); }

std::map<std::string, std::string> input_checksums(const Graph& graph) {
  std::map<std::string, std::string> checksums;
  for (const ComponentNode& node : graph.nodes)
    for (const weft_parameter& row : parameters_of(*node.type->type)) {
      if (row.kind != WEFT_PATH || is_output(row)) continue;
      const fs::path file = std::get<std::string>(node.parameters.at(row.key));
      std::error_code error;
      if (fs::is_regular_file(file, error))
        checksums[fmt::format("{}.{}", table_of(node), row.key)] = file_checksum(file);
    }
  return checksums;
}

std::vector<std::string> input_lines(const Graph& graph) {
  std::vector<std::string> lines;
  for (const auto& [key, checksum] : input_checksums(graph))
    lines.push_back(fmt::format("input {}: {}", key, checksum));
  return lines;
}

fs::path folder_in_build_text(const std::string& build_text) {
  const std::string line = fmt::format("\n{}", folder_key);
  const std::size_t begin = build_text.find(line);
  if (begin == std::string::npos) return {};
  const std::size_t first = begin + line.size();
  return build_text.substr(first, build_text.find('\n', first) - first);
}

std::string build_text(const Graph& graph, const fs::path& folder, int threads) {
  std::string text =
      fmt::format("{}\nthreads: {}\n{}{}\n", build_line(), threads, folder_key, fs::weakly_canonical(folder).string());
  for (const std::string& line : library_lines()) text += line + "\n";
  for (const std::string& line : input_lines(graph)) text += line + "\n";
  std::map<fs::path, const LoadedPlugin*> by_file;
  for (const LoadedPlugin* plugin : used_plugins(graph)) by_file[plugin->file] = plugin;
  for (const auto& [file, plugin] : by_file) {
    text += fmt::format("plugin {} {} ({})\n  file: {} ({})\n  fingerprint: {}\n", plugin->entry->name,
                        plugin->entry->version, plugin->entry->licence, file.string(), plugin->found_by,
                        plugin->fingerprint);
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
  Comparison comparison(checkpoint.file());
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
  comparison.inputs(info.inputs, graph);
  comparison.libraries(info.libraries, library_versions());
  if (!info.settings.empty()) comparison.settings(info.settings, settings(graph));
  return comparison.notes();
}

}  // namespace weft::host
