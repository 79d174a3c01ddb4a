/// The resolved graph as TOML.
#pragma once

#include <map>
#include <string>

#include "host/graph/graph.h"

namespace weft::host {

/// The resolved graph as TOML, every default written out, paths absolute; reads back as the same graph.
std::string to_toml(const Graph& graph);

/// What a graph sets beyond its [run] table, as TOML by its place: "stages.fit.loss", "[[schedule]] 2, every".
std::map<std::string, std::string> settings(const Graph& graph);

/// The graph.toml of a run: to_toml with every plugin that is not found beside the program named, so that
/// 'weft resume' finds them without options.
std::string run_text(const Graph& graph);

}  // namespace weft::host
