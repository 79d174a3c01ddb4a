/// The plan of a sweep: every setting with every seed, checked before any run starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weft::host {

/// The command line of `weft sweep`.
struct SweepOptions {
  std::vector<std::filesystem::path> graphs;
  std::vector<std::string> sets;                   ///< --set: "stages.fit.epochs=10,20"
  std::optional<std::string> seeds;                ///< --seeds: "0..7"; else each graph's own
  std::optional<int64_t> ticks;                    ///< --ticks
  std::vector<std::filesystem::path> plugin_path;  ///< --plugin-path: files or folders
  int jobs = 0;                                    ///< --jobs: runs at a time; 0: one for each core
  std::optional<std::filesystem::path> out;        ///< --out; else runs/<graphs>_by_<keys>
};

/// One graph with one value for each key.
struct SweepSetting {
  std::filesystem::path graph;
  std::string graph_name;           ///< run.name
  std::vector<std::string> sets;    ///< the --set options of `weft run`
  std::vector<std::string> values;  ///< in the order of SweepPlan::columns
  std::string name;                 ///< of its folder: "work.epochs=10,store.size=64"; empty when nothing varies
};

struct SweepRun {
  std::size_t setting = 0;  ///< in SweepPlan::settings
  uint64_t seed = 0;
  int64_t ticks = 0;
  std::filesystem::path folder;
  std::string graph_text;           ///< the content of its graph.toml
  std::vector<std::string> inputs;  ///< input_lines()
  std::vector<std::pair<std::string, std::string>>
      outs;  ///< files that it writes elsewhere, each with the key that names it
};

struct SweepPlan {
  std::filesystem::path folder;
  std::vector<std::string> columns;         ///< "graph" and keys, those with several values
  std::vector<SweepSetting> settings;       ///< graphs, then keys in the order given; the last one changes fastest
  std::vector<SweepRun> runs;               ///< by setting, then by seed
  std::set<std::filesystem::path> plugins;  ///< the files of those that the graphs use
};

/// Checks every setting as `weft check` does. Throws Failure with all errors, each one once.
SweepPlan plan_sweep(const SweepOptions& options);

}  // namespace weft::host
