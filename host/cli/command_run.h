/// `weft run` and `weft resume`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/graph/source.h"

namespace weft::host {

/// What the command line of `weft run` says.
struct RunOptions {
  std::filesystem::path graph;
  GraphOptions overrides;                          ///< --set, --seed, --ticks
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  int threads = 0;                                 ///< --threads; 0: as many as there are cores
  std::optional<std::filesystem::path> out;        ///< --out; else runs/<name>/<seed>
  bool replace = false;                            ///< --replace: delete what an earlier run left in the folder
};

/// What the command line of `weft resume` says.
struct ResumeOptions {
  std::filesystem::path folder;                    ///< of an earlier run
  std::optional<int64_t> ticks;                    ///< --ticks: the new total, counted from the run's first tick
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  int threads = 0;                                 ///< --threads; 0: as many as there are cores
};

/// Runs a graph from tick 1 (or its `at_start` firings) in a new folder. Progress, log lines and warnings go
/// to `err`, the summary to `out`. Returns `done` or `interrupted` (the state is saved). Throws Failure, which
/// the caller shows; what concerns the run stands in its log.txt and summary.json as well.
ExitCode run_command(const RunOptions& options, std::ostream& out, std::ostream& err);

/// Continues a run from its newest good checkpoint, as if it had never stopped; the same otherwise.
ExitCode resume_command(const ResumeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace weft::host
