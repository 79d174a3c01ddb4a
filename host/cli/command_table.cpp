#include "host/cli/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/statistics.h"
#include "host/figures/plot_table.h"

namespace weft::host {
namespace {

using Cells = std::vector<std::string>;

struct Ticks {
  int64_t first = 0, last = 0;
};

Ticks read_ticks(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const std::optional<int64_t> first = whole_number(text.substr(0, dots)), last = whole_number(text.substr(dots + 2));
    if (first && last && *first <= *last) return {*first, *last};
  }
  throw wrong_input(Place{"--ticks " + text}, "expected two ticks A..B, the first not above the last");
}

/// The mean over the ticks, or the last value without ticks.
double value_of(const PlotTable& table, const PlotRun& run, const TableOptions& options,
                const std::optional<Ticks>& ticks) {
  if (!ticks) return run.points.back().second;
  double sum = 0.0, count = 0.0;
  for (const auto& [tick, value] : run.points) {
    if (tick < ticks->first || tick > ticks->last) continue;
    sum += value;
    count += 1.0;
  }
  if (count > 0.0) return sum / count;
  throw wrong_input(
      Place{"--ticks " + *options.ticks},
      fmt::format("the run with {} has no value of '{}' in these ticks; its values are from tick {} to {}",
                  describe(table, run), options.metric, run.points.front().first, run.points.back().first));
}

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
    values[{setting, columns ? run.values[*columns] : options.metric}].push_back(value_of(table, run, options, ticks));
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
