// Rows and cells of comma-separated values.
#include "host/base/csv.h"

#include <catch2/catch.hpp>

using weft::host::csv_cell;
using weft::host::CsvError;
using weft::host::CsvReader;
using weft::host::CsvRow;

namespace {

using Cells = std::vector<std::string>;

/// The cells of all rows, each row after the line where it begins.
std::vector<std::pair<int64_t, Cells>> rows(const std::string& text) {
  CsvReader reader(text);
  std::vector<std::pair<int64_t, Cells>> result;
  for (CsvRow row; reader.next(row);) result.emplace_back(row.line, row.cells);
  return result;
}

}  // namespace

TEST_CASE("rows are separated by LF or CRLF, with or without one at the end") {
  const std::vector<std::pair<int64_t, Cells>> expected = {{1, {"a", "b"}}, {2, {"1", ""}}};
  CHECK(rows("a,b\n1,") == expected);
  CHECK(rows("a,b\r\n1,\r\n") == expected);
  CHECK(rows("").empty());
}

TEST_CASE("empty lines and a byte order mark are skipped, and counted as lines") {
  CHECK(rows("\xEF\xBB\xBF"
             "a\n\n\r\nb\n\n") == std::vector<std::pair<int64_t, Cells>>{{1, {"a"}}, {4, {"b"}}});
}

TEST_CASE("quoted cells hold commas, quotes and line breaks") {
  CHECK(rows("\"a,\"\"b\"\"\",\"c\nd\"\ne") ==
        std::vector<std::pair<int64_t, Cells>>{{1, {"a,\"b\"", "c\nd"}}, {3, {"e"}}});
}

TEST_CASE("a quote that is not closed is an error of the line where its row begins") {
  const std::string text = "a\n\"b\nc";
  CsvReader reader(text);
  CsvRow row;
  REQUIRE(reader.next(row));
  try {
    reader.next(row);
    FAIL("expected an error");
  } catch (const CsvError& error) {
    CHECK(error.line == 2);
    CHECK(std::string(error.what()) == "a quote is not closed");
  }
}

TEST_CASE("a written cell reads back as it was") {
  for (const std::string text : {"plain", "a,b", "a\"b", "a\nb", "a\r", "\xEF\xBB\xBFmark", " blank "}) {
    INFO(text);
    CHECK(rows(csv_cell(text) + ",x\n") == std::vector<std::pair<int64_t, Cells>>{{1, {text, "x"}}});
  }
}
