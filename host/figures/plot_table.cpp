#include "host/figures/plot_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "host/base/csv.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/written.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;
using Cells = std::vector<std::string>;

constexpr const char* expected_table =
    "expected a table of 'weft sweep', whose header ends with 'seed,tick,metric,value', or the metrics.csv of a run, "
    "'tick,metric,value'";

template <class Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// The file of a source, and the keys that its rows do not have.
struct Source {
  fs::path file;
  Cells keys, values;  ///< before those of the rows
};

/// The name and seed of the run in a folder, from its graph.
Source run_source(const fs::path& folder) {
  const fs::path file = folder / "graph.toml";
  const Written::Table graph = parse_toml(read_whole(file), file.string(), 0);
  const Written::Member* run = weft::host::find(graph, "run");
  const Written::Table* settings = run ? run->value.table() : nullptr;
  const Written::Member* name = settings ? weft::host::find(*settings, "name") : nullptr;
  const Written::Member* seed = settings ? weft::host::find(*settings, "seed") : nullptr;
  if (!name || !name->value.text() || !seed)
    throw wrong_input(fmt::format("{} has no name and seed in [run]; expected the folder of a run", quoted(file)));
  return {folder / "metrics.csv", {"graph", "seed"}, {*name->value.text(), to_text(seed->value)}};
}

Source find_source(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return {path, {}, {}};
  if (!fs::is_directory(path, error))
    throw wrong_input(fmt::format("{} {}; expected a table, the folder of a sweep or the folder of a run", quoted(path),
                                  fs::exists(path, error) ? "is neither a file nor a folder" : "does not exist"));
  if (fs::exists(path / "table.csv", error)) return {path / "table.csv", {}, {}};
  if (fs::exists(path / "graph.toml", error)) return run_source(path);
  throw wrong_input(fmt::format("the folder {} holds neither the table.csv of a sweep nor the graph.toml of a run{}",
                                quoted(path),
                                fs::exists(path / ".weft-sweep", error) ? "; the sweep has not finished yet" : ""));
}

/// Reads one file row by row.
class Reader {
 public:
  Reader(const Source& source, const std::string& metric, std::set<std::string>& metrics)
      : source_(source), metric_(metric), metrics_(metrics) {}

  PlotTable read() {
    const std::string text = read_whole(source_.file);
    try {
      CsvReader reader(text);
      for (CsvRow row; reader.next(row);) {
        const bool header = line_ == 0;
        line_ = static_cast<int>(row.line);
        if (header)
          read_header(row);
        else
          read_row(row.cells);
      }
    } catch (const CsvError& error) {
      line_ = static_cast<int>(error.line);
      fail(error.what());
    }
    if (line_ == 0) throw wrong_input(fmt::format("{} is empty; {}", quoted(source_.file), expected_table));
    for (PlotRun& run : table_.runs) last_of_each_tick(run);
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw wrong_input(Place{source_.file.string(), line_, 1}, message);
  }

  void read_header(const CsvRow& row) {
    const std::string header = row.text.substr(0, 80);
    const Cells end = {"tick", "metric", "value"};
    columns_ = row.cells.size();
    if (columns_ < end.size() || !std::equal(end.rbegin(), end.rend(), row.cells.rbegin()))
      fail(fmt::format("the header is '{}'; {}", header, expected_table));
    Cells keys(row.cells.begin(), row.cells.end() - static_cast<std::ptrdiff_t>(end.size()));
    own_keys_ = keys.size();
    if (own_keys_ > 0 && (keys.back() != "seed" || !source_.keys.empty()))
      fail(fmt::format("the header is '{}'; {}", header, expected_table));
    if (own_keys_ == 0 && source_.keys.empty()) {
      keys = {"seed"};
      source_.values = {"0"};
    }
    table_.keys = source_.keys;
    table_.keys.insert(table_.keys.end(), keys.begin(), keys.end());
    if (std::set<std::string>(table_.keys.begin(), table_.keys.end()).size() < table_.keys.size())
      fail(fmt::format("the header '{}' has a column twice", header));
  }

  void read_row(const Cells& cells) {
    if (cells.size() != columns_)
      fail(fmt::format("expected {} cells, as in the header; found {}", columns_, cells.size()));
    if (std::find(cells.begin(), cells.end(), "") != cells.end()) fail("a cell is empty; expected a value in each");
    const std::string& metric = cells[own_keys_ + 1];
    const std::optional<int64_t> tick = number<int64_t>(cells[own_keys_]);
    const std::optional<double> value = number<double>(cells[own_keys_ + 2]);
    if (!tick) fail(fmt::format("the tick is '{}'; expected a whole number", cells[own_keys_]));
    if (!value || !std::isfinite(*value))
      fail(fmt::format("the value of '{}' is '{}'; expected a finite number", metric, cells[own_keys_ + 2]));
    metrics_.insert(metric);
    if (metric != metric_) return;
    Cells values = source_.values;
    values.insert(values.end(), cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(own_keys_));
    run_of(values).points.emplace_back(*tick, *value);
  }

  PlotRun& run_of(const Cells& values) {
    // The rows of a run are consecutive.
    if (!table_.runs.empty() && table_.runs.back().values == values) return table_.runs.back();
    const auto [known, added] = index_.emplace(values, table_.runs.size());
    if (added) table_.runs.push_back({values, {}});
    return table_.runs[known->second];
  }

  static void last_of_each_tick(PlotRun& run) {
    std::map<int64_t, double> by_tick;
    for (const auto& [tick, value] : run.points) by_tick[tick] = value;
    run.points.assign(by_tick.begin(), by_tick.end());
  }

  Source source_;
  const std::string& metric_;
  std::set<std::string>& metrics_;  ///< all metrics of the table
  PlotTable table_;
  std::map<Cells, std::size_t> index_;
  std::size_t columns_ = 0, own_keys_ = 0;
  int line_ = 0;
};

/// The keys of both tables: those of the first one, then those that only the other one has, and "seed" at the end.
Cells all_keys(const Cells& one, const Cells& other) {
  Cells keys(one.begin(), one.end() - 1);
  for (const std::string& key : other)
    if (std::find(one.begin(), one.end(), key) == one.end()) keys.push_back(key);
  keys.emplace_back("seed");
  return keys;
}

/// Gives all runs of a table values for these keys, "-" for those that the table does not have.
void give_keys(PlotTable& table, const Cells& keys) {
  const auto convert = [&](const Cells& values) {
    Cells result;
    for (const std::string& key : keys) {
      const auto found = std::find(table.keys.begin(), table.keys.end(), key);
      result.push_back(found == table.keys.end() ? "-" : values[static_cast<std::size_t>(found - table.keys.begin())]);
    }
    return result;
  };
  for (PlotRun& run : table.runs) run.values = convert(run.values);
  for (Cells& values : table.failed) values = convert(values);
  table.keys = keys;
}

/// Reads the list of failed runs beside a sweep's table, if there is one with the same keys.
void read_failed(const fs::path& file, PlotTable& table) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return;
  const std::string text = read_whole(file);
  try {
    CsvReader reader(text);
    CsvRow row;
    Cells header = table.keys;
    header.emplace_back("error");
    if (!reader.next(row) || row.cells != header) return;
    while (reader.next(row))
      if (row.cells.size() == header.size()) table.failed.emplace_back(row.cells.begin(), row.cells.end() - 1);
  } catch (const CsvError& failure) {
    throw wrong_input(Place{file.string(), static_cast<int>(failure.line), 1}, failure.what());
  }
}

void require_other_runs(const PlotTable& table, const PlotTable& more, const fs::path& first, const fs::path& file) {
  for (const PlotRun& run : more.runs) {
    if (std::any_of(table.runs.begin(), table.runs.end(),
                    [&](const auto& other) { return other.values == run.values; }))
      throw wrong_input(fmt::format("a run is in two tables, {} and {}: {}; give tables of different runs",
                                    quoted(first), quoted(file), describe(table, run)));
  }
}

}  // namespace

std::string describe(const PlotTable& table, const PlotRun& run) {
  std::string text;
  for (std::size_t key = 0; key < table.keys.size(); ++key)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", table.keys[key], run.values[key]);
  return text;
}

std::size_t PlotTable::find(const std::string& key, const std::string& option) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  if (found != keys.end()) return static_cast<std::size_t>(found - keys.begin());
  throw wrong_input(Place{option},
                    fmt::format("unknown key '{}'; the table has {}{}", key, enumerate(keys), suggestion(key, keys)));
}

std::vector<std::string> PlotTable::values_of(std::size_t key) const {
  std::vector<std::string> values;
  for (const PlotRun& run : runs)
    if (std::find(values.begin(), values.end(), run.values[key]) == values.end()) values.push_back(run.values[key]);
  return values;
}

void PlotTable::keep_where(const std::string& text) {
  const Place option{"--where " + text, 0, 0};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw wrong_input(option, "expected KEY=VALUE or KEY=VALUE,VALUE,...");
  const std::size_t key = find(text.substr(0, equals), option.file);
  const std::vector<std::string> wanted = split_values(text.substr(equals + 1));
  const std::vector<std::string> known = values_of(key);
  for (const std::string& value : wanted)
    if (std::find(known.begin(), known.end(), value) == known.end())
      throw wrong_input(option, fmt::format("no run has '{}' = '{}'; its values are {}{}", keys[key], value,
                                            enumerate(known), suggestion(value, known)));
  const auto is_other = [&](const Cells& values) {
    return std::find(wanted.begin(), wanted.end(), values[key]) == wanted.end();
  };
  std::erase_if(runs, [&](const PlotRun& run) { return is_other(run.values); });
  std::erase_if(failed, is_other);
}

Ticks read_ticks(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const std::optional<int64_t> first = whole_number(text.substr(0, dots)), last = whole_number(text.substr(dots + 2));
    if (first && last && *first <= *last) return {*first, *last};
  }
  throw wrong_input(Place{"--ticks " + text}, "expected two ticks A..B, the first not above the last");
}

double value_of(const PlotTable& table, const PlotRun& run, const std::string& metric,
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
      Place{fmt::format("--ticks {}..{}", ticks->first, ticks->last)},
      fmt::format("the run with {} has no value of '{}' in these ticks; its values are from tick {} to {}",
                  describe(table, run), metric, run.points.front().first, run.points.back().first));
}

PlotTable read_tables(const std::vector<fs::path>& sources, const std::string& metric) {
  PlotTable table;
  std::set<std::string> metrics;
  fs::path first;
  for (const fs::path& path : sources) {
    const Source source = find_source(path);
    PlotTable more = Reader(source, metric, metrics).read();
    read_failed(source.file.parent_path() / "failed.csv", more);
    if (first.empty()) {
      first = source.file;
      table = std::move(more);
      continue;
    }
    const Cells keys = all_keys(table.keys, more.keys);
    give_keys(table, keys);
    give_keys(more, keys);
    require_other_runs(table, more, first, source.file);
    table.runs.insert(table.runs.end(), more.runs.begin(), more.runs.end());
    table.failed.insert(table.failed.end(), more.failed.begin(), more.failed.end());
  }
  if (!table.runs.empty()) return table;
  const std::vector<std::string> known(metrics.begin(), metrics.end());
  throw wrong_input(fmt::format("the metric '{}' is not in {}{}; the metrics are {}{}", metric, quoted(first),
                                sources.size() > 1 ? " or the other tables" : "", enumerate(known, "none"),
                                suggestion(metric, known)));
}

}  // namespace weft::host
