// graphs/README.md: its tables of keys, and what it says about the schedule, are those that graphs are read with.
#include <regex>

#include "host/graph/keys.h"
#include "host/graph/parameter.h"
#include "host/inspect/lines.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;

namespace {

std::string one_line(const std::string& text) { return std::regex_replace(text, std::regex(R"(\s+)"), " "); }

std::string table_row(const weft_parameter& key) {
  const std::string value = key.default_value ? "`" + default_text(key) + "`" : key.optional ? "optional" : "required";
  return "| `" + std::string(key.key) + "` | " + value + " | " + key.unit + " | " + expectation(key) + " | " +
         key.sentence + " |";
}

/// The rows of all tables of keys on a page.
std::size_t count_rows(const std::string& page) {
  const std::string header = "| key | default | unit | takes | what it does |\n|---|---|---|---|---|\n";
  std::size_t rows = 0;
  for (std::size_t at = page.find(header); at != std::string::npos; at = page.find(header, at + 1))
    for (std::size_t line = at + header.size(); page[line] == '|'; line = page.find('\n', line) + 1) ++rows;
  return rows;
}

}  // namespace

TEST_CASE("the page about graphs has the row of every key and every rule of inspect, and no other rows") {
  const std::string page = weft::testing::read_file(WEFT_SOURCE_FOLDER "/graphs/README.md");
  std::size_t keys = 0;
  for (const KeyTable* table : {&run_keys(), &schedule_keys()}) {
    for (const weft_parameter& key : table->rows) {
      INFO(table_row(key));
      CHECK(page.find("\n" + table_row(key) + "\n") != std::string::npos);
      ++keys;
    }
    for (const std::string rule : table->rules) {
      INFO(rule);
      CHECK(one_line(page).find("- " + rule + " ") != std::string::npos);
    }
  }
  CHECK(count_rows(page) == keys);
}
