/// A checked graph as data: every name resolved, every default filled in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
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
  std::map<std::string, Place> key_places;  ///< where each key is written; defaults are absent
};

/// One `[[schedule]]`; host/graph/keys.h declares its keys.
struct ScheduleEntry {
  std::string run;
  std::optional<int64_t> from, until, at;
  int64_t every = 1;
  int64_t times = 1;
  bool at_start = false;
  Place place;

  /// The first tick in which it may fire.
  int64_t first() const { return at ? *at : from.value_or(every); }
  bool fires_at(int64_t tick) const {
    if (tick < first() || tick > at.value_or(until.value_or(tick))) return false;
    return (tick - first()) % every == 0;
  }
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

/// The table of a component in a graph, which its keys begin with: "stages.fit".
std::string table_of(const ComponentNode& node);

}  // namespace weft::host
