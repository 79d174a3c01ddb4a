/// `weft table`.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// The command line of `weft table`.
struct TableOptions {
  std::vector<std::filesystem::path> sources;  ///< tables and folders
  std::string metric;                          ///< --metric
  std::vector<std::string> where;              ///< --where: "KEY=VALUE,VALUE": only these runs
  std::optional<std::string> columns;          ///< --columns: one column for each value of this key
  std::optional<std::string> ticks;            ///< --ticks A..B: the mean over them, instead of the last value
};

/// Prints a table in Markdown: a row for each setting, in each cell the mean over seeds with its interval or
/// range. Throws Failure(wrong_input) as read_tables does, and for ticks that are not a range or in which a run has
/// no value.
ExitCode table_command(const TableOptions& options, std::ostream& out);

}  // namespace weft::host
