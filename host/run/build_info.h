/// What a run is made of, for build.txt and for checkpoints.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/graph/graph.h"
#include "host/run/checkpoint.h"

namespace weft::host {

/// "weft 1.0.0, SDK 0.9, gcc 12.2.0".
std::string build_line();

/// The checksums of the files that the components of a graph read: of every path parameter but `out`, by its key, such
/// as "stages.fit.file". A file that does not exist, or cannot be read, has none: its component reports it.
std::map<std::string, std::string> input_checksums(const Graph& graph);

/// The same as lines "input KEY: CHECKSUM", for build.txt.
std::vector<std::string> input_lines(const Graph& graph);

/// The folder that a run had when its build.txt was written; empty if there is no such line.
std::filesystem::path folder_in_build_text(const std::string& build_text);

/// The text of build.txt of a run in `folder`: the folder, versions, the plugins that the graph uses, the files that it
/// reads, the libraries that compute, the number of threads.
std::string build_text(const Graph& graph, const std::filesystem::path& folder, int threads);

/// The code that saves the state of each component.
std::map<std::string, ComponentStamp> stamps(const Graph& graph);

/// Compares a checkpoint with the graph that is to continue from it. Returns notes about plugins that were
/// rebuilt, other libraries or instruction sets, and values that were changed; throws Failure(wrong_input) when
/// components, types, state versions, the seed or the contents of a file that the graph reads differ. A file that --set
/// names may differ, with a note.
std::vector<std::string> compare(const Checkpoint& checkpoint, const Graph& graph,
                                 const std::map<std::string, ComponentStamp>& now);

}  // namespace weft::host
