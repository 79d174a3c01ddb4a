/// `weft compare`.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/grid.h"

namespace weft::host {

/// The command line of `weft compare`.
struct CompareOptions {
  std::vector<std::filesystem::path> sources;  ///< tables and folders
  std::string metric;                          ///< --metric
  std::string by;                              ///< --by: the key whose values are compared
  std::optional<std::string> baseline;         ///< --baseline: the value that the others are compared with
  bool lower_is_better = false;                ///< --lower-is-better
  bool logarithms = false;                     ///< --log: of the values, so that differences are ratios
  std::optional<std::string> interaction;      ///< --interaction KEY: how the differences change with its value
  std::vector<std::string> where;              ///< --where: "KEY=VALUE,VALUE": only these runs
  std::optional<std::string> ticks;            ///< --ticks A..B: the mean over them, instead of the last value
  GridForm form = GridForm::text;              ///< --format
};

/// Prints for each value of the key, over the seeds: mean, median and interquartile mean with their intervals, and
/// compared with the baseline the probability of being better and the mean difference of runs with the same seed. Runs
/// that differ in other keys too are compared within each of their settings, and then over all settings. With
/// `interaction`, prints instead how much the difference from the baseline changes between the first value of that key
/// and each of its other values, as the mean over seeds that ran all four. Throws Failure(wrong_input) as read_tables
/// does, for unknown keys and values, for ticks in which a run has no value, and for logarithms of values that are not
/// positive.
ExitCode compare_command(const CompareOptions& options, std::ostream& out);

}  // namespace weft::host
