/// A graph as a picture, for people.
#pragma once

#include <string>

#include "host/graph/graph.h"

namespace weft::host {

/// The components in the order in which they are created, their wires (`<-` a service, `<=` a stream), and the
/// schedule.
std::string picture(const Graph& graph);

/// The same as text for Graphviz: stages are rounded, streams bold, unused components gray.
std::string dot(const Graph& graph);

}  // namespace weft::host
