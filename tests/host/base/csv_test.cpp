// Rows and cells of comma-separated values.
#include "host/base/csv.h"
#include "weft/testing/catch.h"

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

TEST_CASE("what spreadsheets and data frames add is skipped") {
  using Rows = std::vector<std::pair<int64_t, Cells>>;
  CHECK(rows("a,b\n1,2\n,\n , \n") == Rows{{1, {"a", "b"}}, {2, {"1", "2"}}, {4, {" ", " "}}});
  CHECK(rows(",a,b\n0,1,2\n1,3,4\n") == Rows{{1, {"a", "b"}}, {2, {"1", "2"}}, {3, {"3", "4"}}});
  CHECK(rows("Unnamed: 0,a\n0,1\n") == Rows{{1, {"a"}}, {2, {"1"}}});
  CHECK(rows("a,\n1,2\n") == Rows{{1, {"a", ""}}, {2, {"1", "2"}}});
}

TEST_CASE("tables of another kind are refused with a remedy") {
  CHECK_THROWS_WITH(rows("\xFF\xFEx"), "the table is in UTF-16; save it as CSV in UTF-8");
  const char* const remedy = "the columns are separated by semicolons or tabs; save the table with commas";
  CHECK_THROWS_WITH(rows("a;b\n1;2\n"), remedy);
  CHECK_THROWS_WITH(rows("a\tb\n1\t2\n"), remedy);
}

TEST_CASE("a written cell reads back as it was") {
  for (const std::string text : {"plain", "a,b", "a\"b", "a\nb", "a\r", "\xEF\xBB\xBFmark", " blank "}) {
    INFO(text);
    CHECK(rows(csv_cell(text) + ",x\n") == std::vector<std::pair<int64_t, Cells>>{{1, {text, "x"}}});
  }
}
