/// A graph as data: read from TOML, merged, checked against the types' tables, and resolved.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/plugin/registry.h"
#include "weft/core/ramp.h"

namespace weft::host {

/// The value of a parameter, as its kind declares it. WEFT_PATH: an absolute file name as text, or empty.
/// Several texts: the absolute file names of host/graph/keys.h's file_list.
using Value = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>, std::vector<double>,
                           std::vector<std::string>, weft::Ramp>;

/// One end of a wire.
struct WireTarget {
  std::string component;
  std::string offer;  ///< name of the service or stream there
};

/// One `[components.x]` or `[stages.x]`, fully resolved.
struct ComponentNode {
  std::string name;
  bool stage = false;  ///< declared under [stages]
  const TypeRecord* type = nullptr;
  Place place;                              ///< of its table
  std::map<std::string, Value> parameters;  ///< every parameter of the type, defaults included
  std::map<std::string, WireTarget> wires;  ///< by slot; unwired optional slots are absent
  std::map<std::string, Place> key_places;  ///< where each key was said; defaults are absent
};

/// One `[[schedule]]`; host/graph/keys.h declares its keys.
struct ScheduleEntry {
  std::string run;
  int64_t from = 1;
  int64_t every = 1;
  int64_t times = 1;
  bool at_start = false;
  Place place;

  bool fires_at(int64_t tick) const { return tick >= from && tick % every == 0; }
};

/// `[run]`; host/graph/keys.h declares its keys.
struct RunSettings {
  std::string name;
  uint64_t seed = 0;
  int64_t ticks = 0;
  int64_t checkpoint = 0;                      ///< ticks between checkpoints; 0: only at the end
  int64_t report = 0;                          ///< ticks between reports of averaged metrics
  std::vector<std::filesystem::path> plugins;  ///< absolute
};

/// What a checked graph is.
struct Graph {
  std::filesystem::path file;
  RunSettings run;
  std::vector<ComponentNode> nodes;     ///< in construction order: topological by wires, ties by name
  std::vector<ScheduleEntry> schedule;  ///< in the order of the file
  std::vector<Diagnostic> notes;        ///< unused components, dropped keys, plugins that do not load

  const ComponentNode* find(const std::string& name) const;
};

/// Whether a node does anything: a stage that can be scheduled when it is, another node when a stream reaches it
/// or something is wired to it.
bool is_used(const Graph& graph, const ComponentNode& node);

/// What the command line adds to a graph file.
struct GraphOptions {
  std::vector<std::string> sets;  ///< "stages.fit.epochs=20"
  std::optional<uint64_t> seed;
  std::optional<int64_t> ticks;
  /// The file is a run's own `graph.toml`, checked when the run began: an entry that never fires is a note.
  bool resumed = false;
};

/// The file and the files that it extends, merged and overridden, but not yet checked against any type.
struct GraphSource;

/// Reads and merges. Throws Failure(wrong_input): syntax errors alone, `extends` loops, unreadable files.
/// The result tells the plugins that the graph names, so that they can be loaded before the check.
std::shared_ptr<const GraphSource> read_graph(const std::filesystem::path& file, const GraphOptions& options);
std::vector<std::pair<std::filesystem::path, Place>> named_plugins(const GraphSource& source);
std::vector<std::string> used_types(const GraphSource& source);

/// Checks everything against the registry; throws Failure(wrong_input) with all errors of the graph.
Graph check_graph(const GraphSource& source, const Registry& registry);

/// A checked graph with the plugins that it points into.
struct LoadedGraph {
  std::unique_ptr<Registry> registry;
  Graph graph;
};

/// Reads a graph, loads the plugins that it names and those that are found, and checks it.
LoadedGraph load_graph(const std::filesystem::path& file, const GraphOptions& options,
                       const std::vector<std::filesystem::path>& plugin_path);

/// The table of a component in a graph, which its keys begin with: "stages.fit".
std::string table_of(const ComponentNode& node);

/// The resolved graph as TOML, every default written out, paths absolute; reads back as the same graph.
std::string to_toml(const Graph& graph);

/// What a graph says beyond its [run] table, as TOML by its place: "stages.fit.loss", "[[schedule]] 2, every".
std::map<std::string, std::string> settings(const Graph& graph);

/// The graph.toml of a run: to_toml with every plugin that is not found beside the program named, so that
/// 'weft resume' finds them without being told again.
std::string run_text(const Graph& graph);

}  // namespace weft::host
