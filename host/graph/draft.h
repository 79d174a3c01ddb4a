/// The components of a graph while it is being checked, and the steps of the check.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/base/written.h"
#include "host/graph/graph.h"
#include "host/graph/parameter.h"
#include "host/graph/source.h"

namespace weft::host {

/// A component under construction; `node.type` is null while its type is not known.
struct Draft {
  ComponentNode node;
  const Written::Table* table = nullptr;  ///< its keys as written, or null when it is no table
  Place use_place;                        ///< of the value of `use`
  int use_layer = 0;                      ///< which file decided on its type
  std::map<std::string, Written> wires;   ///< as written, by slot
};

/// All of a graph, by name: what is said first comes first for equal names.
using Drafts = std::map<std::string, Draft>;

/// "'store' (stage.store)", or the name alone while the type is not known.
std::string named(const Draft& draft);

/// Reads [components] and [stages]: names, types, parameters; wires stay as written.
Drafts draft_components(const GraphSource& source, const Registry& registry, Problems& problems);

/// Fills ComponentNode::wires of all drafts.
void resolve_wires(Drafts& drafts, Problems& problems);

/// The nodes in construction order: topological by wires, ties by name. Every cycle is a problem.
std::vector<ComponentNode> construction_order(const Drafts& drafts, Problems& problems);

/// Reads [run].
RunSettings read_run(const GraphSource& source, Problems& problems);

/// Reads [[schedule]]; an entry that never fires is a note when the run was shortened.
std::vector<ScheduleEntry> read_schedule(const GraphSource& source, const Drafts& drafts, int64_t ticks,
                                         Problems& problems);

}  // namespace weft::host
