/// Small graphs for testing one component type, in which stand-ins provide what it needs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"

namespace weft::host {

/// What such a graph contains in addition to the type and what it needs.
struct TrialOptions {
  std::vector<const weft_component_type*> checks = {};  ///< of the type, wired to it by their first slot
  std::map<std::string, Written> values = {};           ///< of its parameters, instead of the defaults
  std::string open_slot = {};                           ///< a slot of the type that is left unwired
  bool optional_slots = false;  ///< whether its optional slots are wired too, if some type offers the interface
};

/// A checked graph in which the component `subject` is of the tested type.
struct TrialGraph {
  Graph graph;
  std::vector<std::string> stages;  ///< the stages of each tick, in order: stand-ins, the subject, checks
};

/// Creates such graphs from the plugins of a registry.
///
/// A slot is wired to a component that offers what it needs: one that is already in the graph, else the first type by
/// name of the kind `standin`, else the first of any other kind. A check is a stage of the kind `check`: its first slot
/// is what it tests, and the others are what it needs for that; a check without slots is constructed before and run
/// after everything else.
class TrialBench {
 public:
  static constexpr const char* subject = "subject";

  /// `sets`: "TYPE.KEY=VALUE" for any component of that type. Throws Failure(wrong_input) for an unknown type.
  TrialBench(const Registry& registry, const std::vector<std::string>& sets);

  /// Throws Skipped when no type offers what a slot needs or a required parameter is missing, Failure when the graph is
  /// invalid.
  TrialGraph graph(const weft_component_type& type, const TrialOptions& options = {}) const;

  /// The checks that apply to a type, by name; those without slots apply to every type.
  std::vector<const weft_component_type*> checks_of(const weft_component_type& type) const;

 private:
  friend class TrialWriter;
  const Registry& registry_;
  std::map<std::string, std::map<std::string, Written>> values_;  ///< by type and key
};

/// The prefix of a type's name, before the dot.
std::string kind_of(const weft_component_type& type);

}  // namespace weft::host
