// The keys of [run] and [[schedule]]: what the tables of host/graph/keys.h declare is what a graph is read with.
#include "host/graph/keys.h"

#include <cmath>
#include <sstream>

#include "host/base/written.h"
#include "host/graph/graph_text.h"
#include "host/graph/parameter.h"
#include "host/graph/text.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using namespace weft::testing;

namespace {

/// The graph with a line in the middle of [run], or in its only entry of the schedule.
GraphText with_line(const KeyTable& table, const std::string& line) {
  const bool in_run = table.name == std::string("run");
  return GraphText("[run]\n" + (in_run ? line : "ticks = 100") +
                   "\n[stages.source]\nuse = 'stage.source'\n[[schedule]]\n" + (in_run ? "run = 'source'" : line) +
                   "\n");
}

/// The line of the key in the resolved graph.
std::string resolved(const std::string& graph, const KeyTable& table, const std::string& key) {
  std::istringstream lines(graph.substr(graph.find(table.header)));
  std::string line;
  while (std::getline(lines, line) && !line.starts_with(key + " = "))
    ;
  return line;
}

}  // namespace

TEST_CASE("every key that has a default has it, and is in the resolved graph") {
  const std::string text = to_toml(GraphText("[run]\nticks = 100\n[stages.source]\nuse = 'stage.source'\n"
                                             "[[schedule]]\nrun = 'source'\n")
                                       .check());
  for (const KeyTable* table : {&run_keys(), &schedule_keys()})
    for (const weft_parameter& row : table->rows) {
      INFO(table->header << " " << row.key);
      const std::string line = resolved(text, *table, row.key);
      Problems problems;
      if (!row.default_value) continue;
      REQUIRE_FALSE(line.empty());
      CHECK(line == std::string(row.key) + " = " + to_toml(*default_value(row, "", problems), row.kind));
      CHECK(problems.errors().empty());
    }
}

TEST_CASE("every key with a smallest number takes that, and nothing below") {
  int checked = 0;
  for (const KeyTable* table : {&run_keys(), &schedule_keys()})
    for (const weft_parameter& row : table->rows) {
      if (!std::isfinite(row.minimum)) continue;
      INFO(table->header << " " << row.key);
      const std::string key = std::string(row.key) + " = ";
      const std::string rest = table->name == std::string("schedule") ? "run = 'source'\n"
                               : row.key == std::string("ticks")      ? ""
                                                                      : "ticks = 100\n";
      const auto smallest = static_cast<int64_t>(row.minimum);
      CHECK(with_line(*table, rest + key + std::to_string(smallest)).errors() == "no error");
      CHECK(with_line(*table, rest + key + std::to_string(smallest - 1))
                .errors()
                .find("'" + std::string(row.key) + "' of " + table->header + " must be " + expectation(row) +
                      "; found ") != std::string::npos);
      ++checked;
    }
  CHECK(checked == 9);
}
