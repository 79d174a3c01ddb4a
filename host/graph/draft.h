/// The components of a graph while it is being checked.
#pragma once

#include <map>
#include <string>

#include "host/base/written.h"
#include "host/graph/graph.h"

namespace weft::host {

/// A component under construction; `node.type` is null while its type is not known.
struct Draft {
  ComponentNode node;
  const Written::Table* table = nullptr;  ///< its keys as written, or null when it is no table
  Place use_place;                        ///< of the value of `use`
  int use_layer = 0;                      ///< which file decided on its type
  std::map<std::string, Written> wires;   ///< as written, by slot
};

/// All of a graph, by name.
using Drafts = std::map<std::string, Draft>;

}  // namespace weft::host
