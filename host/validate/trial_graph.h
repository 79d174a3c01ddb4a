/// Small graphs around one component type, for trying it: everything that it needs stands in for the real thing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"

namespace weft::host {

/// What is to be in such a graph besides the type and what it needs.
struct TrialOptions {
  std::vector<const weft_component_type*> checks = {};  ///< of the type, by their first slot
  std::map<std::string, Written> values = {};           ///< of its parameters, in place of defaults
  std::string open_slot = {};                           ///< a slot of it that is left unwired
  bool optional_slots = false;                          ///< optional slots of it are wired too, where somebody offers
};

/// A checked graph in which `subject` is the component of the type that is tried.
struct TrialGraph {
  Graph graph;
  std::vector<std::string> stages;  ///< what runs in each tick, in order: stand-ins, the subject, checks
};

/// Makes such graphs from the plugins of a registry.
///
/// A slot is wired to a component that offers what it wants: one that is in the graph, else a type of the kind
/// `standin`, else any other, by name. A check is a stage of the kind `check`: its first slot is what it tests,
/// the others are what it needs for that; one without slots is made before and run after everything else.
class TrialBench {
 public:
  static constexpr const char* subject = "subject";

  /// `sets`: "TYPE.KEY=VALUE" for any component of that type. Throws Failure(wrong_input) for one that points nowhere.
  TrialBench(const Registry& registry, const std::vector<std::string>& sets);

  /// Throws Skipped when nobody offers what a slot wants or a parameter has to be told, Failure when the graph is
  /// wrong.
  TrialGraph graph(const weft_component_type& type, const TrialOptions& options = {}) const;

  /// The checks that can be made of a type, by name; those without slots are good for every type.
  std::vector<const weft_component_type*> checks_of(const weft_component_type& type) const;

 private:
  friend class TrialWriter;
  const Registry& registry_;
  std::map<std::string, std::map<std::string, Written>> values_;  ///< by type and key
};

/// The part of a type's name before the dot.
std::string kind_of(const weft_component_type& type);

}  // namespace weft::host
