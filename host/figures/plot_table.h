/// Tables of runs for figures: table.csv of a sweep, metrics.csv of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace weft::host {

/// One metric of one run.
struct PlotRun {
  std::vector<std::string> values;                 ///< in the order of PlotTable::keys
  std::vector<std::pair<int64_t, double>> points;  ///< by tick, each tick once: the last value that it has
};

/// One metric of all runs.
struct PlotTable {
  std::vector<std::string> keys;  ///< what tells runs apart: settings, then "seed"
  std::vector<PlotRun> runs;      ///< in the order of the sources

  /// The place of a key in `keys`; throws Failure(wrong_input) with the nearest name, at the option that named it.
  std::size_t find(const std::string& key, const std::string& option) const;
  /// The values that a key has, each once, in the order of the runs.
  std::vector<std::string> values_of(std::size_t key) const;
  /// Takes away all runs but those that "KEY=VALUE,VALUE" of an option --where names. Throws Failure(wrong_input) when
  /// it names a key or a value that is not there.
  void keep_where(const std::string& text);
};

/// What tells a run apart, for messages: "loss mse, seed 0".
std::string said(const PlotTable& table, const PlotRun& run);

/// Reads `metric` from every source: a file, the folder of a sweep (its table.csv), or the folder of a run (its
/// metrics.csv, with the run's name as key "graph"). A metrics.csv by itself is a run without keys, of seed 0. Throws
/// Failure(wrong_input), naming the file and what was expected: a file or header of another kind, cells that are
/// missing or no finite numbers, sources that do not share columns, a run that stands in two of them, or a metric
/// that none of them has.
PlotTable read_tables(const std::vector<std::filesystem::path>& sources, const std::string& metric);

}  // namespace weft::host
