#include "host/cli/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "host/base/option_text.h"
#include "host/base/statistics.h"
#include "host/figures/plot_table.h"

namespace weft::host {
namespace {

using Cells = std::vector<std::string>;

std::string row(const Cells& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += fmt::format(" {} |", cell);
  return text + "\n";
}

/// The keys that distinguish rows, as indices into PlotTable::keys.
std::vector<std::size_t> row_keys(const PlotTable& table, const std::optional<std::size_t>& columns) {
  std::vector<std::size_t> keys;
  for (std::size_t key = 0; key < table.keys.size(); ++key)
    if (table.keys[key] != "seed" && key != columns && table.values_of(key).size() > 1) keys.push_back(key);
  return keys;
}

}  // namespace

ExitCode table_command(const TableOptions& options, std::ostream& out) {
  PlotTable table = read_tables(options.sources, options.metric);
  for (const std::string& text : options.where) table.keep_where(text);
  std::optional<std::size_t> columns;
  if (options.columns) columns = table.find(*options.columns, "--columns " + *options.columns);
  const std::vector<std::size_t> keys = row_keys(table, columns);

  std::optional<Ticks> ticks;
  if (options.ticks) ticks = read_ticks(*options.ticks);

  Cells header;
  for (const std::size_t key : keys) header.push_back(short_key(table.keys[key]));
  const Cells names = columns ? table.values_of(*columns) : Cells{options.metric};
  header.insert(header.end(), names.begin(), names.end());

  std::vector<Cells> rows;  // in the order of the table
  std::map<std::pair<Cells, std::string>, std::vector<double>> values;
  for (const PlotRun& run : table.runs) {
    Cells setting;
    for (const std::size_t key : keys) setting.push_back(run.values[key]);
    if (std::find(rows.begin(), rows.end(), setting) == rows.end()) rows.push_back(setting);
    values[{setting, columns ? run.values[*columns] : options.metric}].push_back(
        value_of(table, run, options.metric, ticks));
  }
  out << row(header) << row(Cells(header.size(), "---"));
  for (const Cells& setting : rows) {
    Cells cells = setting;
    for (const std::string& name : names) {
      const auto found = values.find({setting, name});
      cells.push_back(found == values.end() ? "" : to_text(estimate(found->second)));
    }
    out << row(cells);
  }
  return ExitCode::done;
}

}  // namespace weft::host
