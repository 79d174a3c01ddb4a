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

/// The command line of `weft run`.
struct RunOptions {
  std::filesystem::path graph;
  GraphOptions overrides;                          ///< --set, --seed, --ticks
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  int threads = 0;                                 ///< --threads; 0: one for each core
  std::optional<std::filesystem::path> out;        ///< --out; else runs/<name>/<seed>
  bool replace = false;                            ///< --replace: delete an earlier run in the folder
};

/// The command line of `weft resume`.
struct ResumeOptions {
  std::filesystem::path folder;                    ///< of an earlier run
  std::vector<std::string> sets;                   ///< --set: of file names only
  std::optional<int64_t> ticks;                    ///< --ticks: the new total, counted from the run's first tick
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  int threads = 0;                                 ///< --threads; 0: one for each core
};

/// Runs a graph from tick 1 (or its `at_start` firings) in a new folder. Progress, log lines and warnings go
/// to `err`, the summary to `out`. Returns `done` or `interrupted` (the state is saved). Throws Failure; a failure of
/// the run is also recorded in its log.txt and summary.json.
ExitCode run_command(const RunOptions& options, std::ostream& out, std::ostream& err);

/// Continues a run from its newest valid checkpoint, as if it had never stopped; otherwise as run_command.
ExitCode resume_command(const ResumeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace weft::host
