/// `weft table`.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// What the command line of `weft table` says.
struct TableOptions {
  std::vector<std::filesystem::path> sources;  ///< tables and folders
  std::string metric;                          ///< --metric
  std::vector<std::string> where;              ///< --where: "KEY=VALUE,VALUE": only these
  std::optional<std::string> columns;          ///< --columns: this key's values stand side by side
  std::optional<std::string> ticks;            ///< --ticks A..B: the mean over them; else the last value
};

/// Prints a table in Markdown: a row for each setting, in each cell the mean over seeds with its 95 % bootstrap
/// interval. Throws Failure(wrong_input) as read_tables does, and for ticks that are no range or that a run does not
/// have.
ExitCode table_command(const TableOptions& options, std::ostream& out);

}  // namespace weft::host
