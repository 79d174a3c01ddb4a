/// The check of a graph as a whole.
#pragma once

#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"

namespace weft::host {

/// Checks everything against the registry, which has to outlive the graph. Throws Failure(wrong_input) with all errors
/// of the files and options together, sorted by place.
Graph check_graph(const GraphSource& source, const Registry& registry);

}  // namespace weft::host
