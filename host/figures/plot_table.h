/// Tables of runs for figures: table.csv of a sweep, metrics.csv of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft::host {

/// One metric of one run.
struct PlotRun {
  std::vector<std::string> values;                 ///< in the order of PlotTable::keys
  std::vector<std::pair<int64_t, double>> points;  ///< by tick, each tick once, with its last value
};

/// One metric of all runs.
struct PlotTable {
  std::vector<std::string> keys;                 ///< the keys that distinguish runs: settings, then "seed"
  std::vector<PlotRun> runs;                     ///< in the order of the sources
  std::vector<std::vector<std::string>> failed;  ///< of the runs that failed, which `runs` does not have: their values

  /// The index of a key in `keys`. Throws Failure(wrong_input) with the nearest name, at the option that named it.
  std::size_t find(const std::string& key, const std::string& option) const;
  /// The distinct values of a key, in the order of the runs.
  std::vector<std::string> values_of(std::size_t key) const;
  /// Keeps only the runs that "KEY=VALUE,VALUE" of an option --where selects. Throws Failure(wrong_input) for an
  /// unknown key or value.
  void keep_where(const std::string& text);
};

/// A range of ticks, both of them included.
struct Ticks {
  int64_t first = 0, last = 0;
};

/// Reads the text of an option --ticks, "51..200". Throws Failure(wrong_input).
Ticks read_ticks(const std::string& text);

/// The mean of a run of `table` over the ticks, or its last value without ticks. Throws Failure(wrong_input) when it
/// has no value in these ticks; `metric` is for the message.
double value_of(const PlotTable& table, const PlotRun& run, const std::string& metric,
                const std::optional<Ticks>& ticks);

/// A run for messages: "loss mse, seed 0".
std::string describe(const PlotTable& table, const PlotRun& run);

/// Reads `metric` from every source: a file, the folder of a sweep (its table.csv), or the folder of a run (its
/// metrics.csv, with the run's name as key "graph"). A metrics.csv by itself is a run without keys, of seed 0. The keys
/// are those of all sources, and runs have "-" for the keys that their source does not have. Throws
/// Failure(wrong_input), naming the file and what was expected: a file or header of another kind, cells that are
/// missing or not finite numbers, a run that is in two sources, or a metric that none of them has.
PlotTable read_tables(const std::vector<std::filesystem::path>& sources, const std::string& metric);

}  // namespace weft::host
