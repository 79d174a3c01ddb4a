/// A graph as its files and the command line say it, before any type is known.
#pragma once

#include <filesystem>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/written.h"
#include "host/graph/graph.h"

namespace weft::host {

struct GraphSource {
  std::filesystem::path file;
  Written::Table root;               ///< all files merged, the options applied
  bool shortened = false;            ///< the number of ticks is not the one that the file was written for
  std::vector<Diagnostic> problems;  ///< of options that point nowhere; told together with those of the check
};

/// A file name in a graph is relative to the file that says it; in an option, to the working directory.
std::filesystem::path resolve(const std::string& name, const Place& said);

}  // namespace weft::host
