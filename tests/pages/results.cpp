#include "results.h"

#include <algorithm>

#include "support/process.h"

namespace weft::pages {
namespace {

namespace fs = std::filesystem;

bool records(const Results& results, const std::string& metric) {
  return std::any_of(results.metrics.begin(), results.metrics.end(), [&](const std::string& known) {
    if (known.back() != '*') return known == metric;
    return metric.size() >= known.size() && metric.compare(0, known.size() - 1, known, 0, known.size() - 1) == 0;
  });
}

/// A cell of a table, in quotes where a comma stands in it.
std::string cell(const std::string& text) { return text.find(',') == std::string::npos ? text : "\"" + text + "\""; }

/// The first tick, and twenty more.
std::vector<int64_t> some_ticks(int64_t last) {
  std::vector<int64_t> ticks = {1};
  for (int64_t part = 1; part <= 20; ++part)
    if (const int64_t tick = last * part / 20; tick > ticks.back()) ticks.push_back(tick);
  return ticks;
}

}  // namespace

void ResultFolders::write(const fs::path& folder, const std::string& metric) const {
  const auto found = all_.find(absolute(folder));
  if (found == all_.end()) throw Wrong("no command before this one leaves results in '" + folder.string() + "'");
  const Results& results = found->second;
  if (!records(results, metric)) throw Wrong("nothing in '" + folder.string() + "' records '" + metric + "'");
  std::string table;
  for (const std::string& column : results.columns) table += cell(column) + ",";
  table += "tick,metric,value\n";
  int number = 0;
  for (const Words& run : results.runs) {
    ++number;
    for (const int64_t tick : some_ticks(results.ticks)) {
      for (const std::string& value : run) table += cell(value) + ",";
      table += std::to_string(tick) + "," + metric + "," + std::to_string(tick + number) + "\n";
    }
  }
  fs::create_directories(folder);
  if (!results.columns.empty()) return weft::testing::write_file(folder / "table.csv", table);
  weft::testing::write_file(folder / "metrics.csv", table);
  weft::testing::write_file(folder / "graph.toml", "[run]\nname = \"" + results.name + "\"\nseed = 0\n");
}

}  // namespace weft::pages
