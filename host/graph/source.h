/// A graph as its files and the command line state it, before any type is known.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/written.h"

namespace weft::host {

/// What the command line adds to a graph file.
struct GraphOptions {
  std::vector<std::string> sets;  ///< "stages.fit.epochs=20"
  std::optional<uint64_t> seed;
  std::optional<int64_t> ticks;
  /// The file is a run's own `graph.toml`, checked when the run began: an entry that never fires is a note.
  bool resumed = false;
  /// Of a run that is resumed: the absolute folder that it had when it was last written, and the one that it has now.
  std::filesystem::path folder_then = {}, folder_now = {};
};

/// The file and the files that it extends, merged and overridden.
struct GraphSource {
  std::filesystem::path file;
  Written::Table root;               ///< all files merged, the options applied
  bool resumed = false;              ///< GraphOptions::resumed
  bool shortened = false;            ///< options set the number of ticks, or the run is resumed
  std::vector<Diagnostic> findings;  ///< errors and notes of merging; reported together with those of the check
};

/// Reads and merges. Throws Failure(wrong_input): syntax errors alone, `extends` loops, unreadable files.
GraphSource read_graph(const std::filesystem::path& file, const GraphOptions& options);

/// The files and folders in `run.plugins`, which have to be loaded before the check, each with its place.
std::vector<std::pair<std::filesystem::path, Place>> named_plugins(const GraphSource& source);

/// The types that components and stages use, as written.
std::vector<std::string> used_types(const GraphSource& source);

/// A file name in a graph is relative to the file that contains it; in an option, to the working directory. ".." stays
/// in it: through a linked folder it leads elsewhere than its text says.
std::filesystem::path resolve(const std::string& name, const Place& place);

}  // namespace weft::host
