#include "host/sweep/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/base/csv.h"
#include "host/base/file.h"
#include "host/base/statistics.h"
#include "host/run/metrics.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* graph_column = "graph";

bool is_done(const RunEnd& end) { return end.kind == RunEnd::Kind::done || end.kind == RunEnd::Kind::done_before; }

[[noreturn]] void not_as_written(const fs::path& file) {
  throw wrong_input(
      fmt::format("{} is not as 'weft run' wrote it; delete its folder and rerun the command", quoted(file)));
}

std::string rows_of(const SweepRun& run, const std::string& prefix) {
  const fs::path file = run.folder / "metrics.csv";
  const std::string text = read_whole(file);
  std::string_view rest = text;
  if (!rest.starts_with(metrics_header)) not_as_written(file);
  rest.remove_prefix(std::string_view(metrics_header).size());
  std::string rows;
  while (!rest.empty()) {
    const std::size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
    rows.append(prefix).append(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return rows;
}

/// The last value of each headline metric of a run, in the order of its graph.
std::vector<std::pair<std::string, double>> last_values(const SweepRun& run) {
  const fs::path file = run.folder / "summary.json";
  std::vector<std::pair<std::string, double>> values;
  try {
    const auto summary = nlohmann::ordered_json::parse(read_whole(file));
    for (const auto& [name, headline] : summary.at("headlines").items())
      values.emplace_back(name, headline.at("latest").at("value").get<double>());
  } catch (const nlohmann::json::exception&) {
    not_as_written(file);
  }
  return values;
}

}  // namespace

fs::path write_table(const SweepPlan& plan, const std::vector<RunEnd>& ends) {
  const bool named = !plan.columns.empty() && plan.columns.front() == graph_column;  // among the columns already
  std::string header = named ? "" : fmt::format("{},", graph_column);
  for (const std::string& column : plan.columns) header += fmt::format("{},", csv_cell(column));
  const auto beginning_of = [&](const SweepRun& run) {
    const SweepSetting& setting = plan.settings[run.setting];
    std::string cells = named ? "" : fmt::format("{},", csv_cell(setting.graph_name));
    for (const std::string& value : setting.values) cells += fmt::format("{},", csv_cell(value));
    return fmt::format("{}{},", cells, run.seed);
  };
  std::string failed;
  fs::path file = plan.folder / "table.csv";
  const fs::path temporary = file.string() + ".tmp", failed_file = plan.folder / "failed.csv";
  {
    OutputFile output(temporary, 0);
    output.append(fmt::format("{}seed,tick,metric,value\n", header));
    for (std::size_t index = 0; index < plan.runs.size(); ++index) {
      const SweepRun& run = plan.runs[index];
      if (is_done(ends[index])) output.append(rows_of(run, beginning_of(run)));
      if (ends[index].kind == RunEnd::Kind::failed)
        failed += fmt::format("{}{}\n", beginning_of(run), csv_cell(ends[index].error));
    }
    output.sync();
  }
  rename_durably(temporary, file);
  if (failed.empty()) {
    std::error_code absent;
    fs::remove(failed_file, absent);
  } else {
    write_whole(failed_file, fmt::format("{}seed,error\n{}", header, failed));
  }
  return file;
}

std::string headline_table(const SweepPlan& plan, const std::vector<RunEnd>& ends) {
  std::vector<std::string> metrics;  // in order of first occurrence
  std::map<std::pair<std::string, std::size_t>, std::vector<double>> values;
  for (std::size_t index = 0; index < plan.runs.size(); ++index) {
    if (!is_done(ends[index])) continue;
    for (const auto& [name, value] : last_values(plan.runs[index])) {
      if (std::find(metrics.begin(), metrics.end(), name) == metrics.end()) metrics.push_back(name);
      values[{name, plan.runs[index].setting}].push_back(value);
    }
  }
  std::size_t width = 0;
  for (const SweepSetting& setting : plan.settings) width = std::max(width, setting.name.size());
  std::string text;
  for (const std::string& metric : metrics) {
    std::size_t fewest = plan.runs.size(), most = 0;
    for (const auto& [place, seeds] : values)
      if (place.first == metric) {
        fewest = std::min(fewest, seeds.size());
        most = std::max(most, seeds.size());
      }
    text += fmt::format("\n{}: last value, mean over n seeds{}\n", metric,
                        most > 1 ? fmt::format(" ({})", surroundings(fewest, most)) : "");
    for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
      const auto found = values.find({metric, setting});
      if (found == values.end()) continue;
      const std::string name = width > 0 ? fmt::format("{:<{}}  ", plan.settings[setting].name, width) : "";
      text += fmt::format("  {}{}\n", name, to_text(estimate(found->second)));
    }
  }
  return text;
}

}  // namespace weft::host
