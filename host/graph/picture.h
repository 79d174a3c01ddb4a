/// A graph for people to look at.
#pragma once

#include <string>

#include "host/graph/graph.h"

namespace weft::host {

/// Parts in the order in which they are made, their wires (`<-` a service, `<=` a stream), and the schedule.
std::string picture(const Graph& graph);

/// The same as text for Graphviz: stages are rounded, streams bold, what nothing uses is grey.
std::string dot(const Graph& graph);

}  // namespace weft::host
