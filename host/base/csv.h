/// Comma-separated values (RFC 4180). A library of its own, without the rest of base: plugins read tables as well.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weft::host {

/// A cell as written to a file: quoted when it contains a comma, a quote or a line break.
std::string csv_cell(const std::string& text);

/// One row of a table.
struct CsvRow {
  int64_t line = 0;                ///< where it begins, counted from 1
  std::string text;                ///< as it is in the file, for messages
  std::vector<std::string> cells;  ///< at least one
};

/// Thrown for text that is no table of this kind; `line` is where the row begins.
class CsvError : public std::runtime_error {
 public:
  CsvError(int64_t row_line, const char* message) : std::runtime_error(message), line(row_line) {}
  int64_t line;
};

/// Reads a text row by row. Lines end with LF or CRLF, also inside quotes. What spreadsheets and data frames add is
/// skipped: a byte order mark, empty lines, rows of empty cells, and a first column without a name (the index of a data
/// frame). The text must outlive the reader.
class CsvReader {
 public:
  /// Throws CsvError for UTF-16.
  explicit CsvReader(std::string_view text);
  /// Fills `row` with the next row; false at the end of the text. Throws CsvError for a quote that is not closed, and
  /// for a first row that is separated by semicolons or tabs.
  bool next(CsvRow& row);

 private:
  void take_index(CsvRow& row);

  std::string_view text_;
  std::size_t at_ = 0;
  int64_t line_ = 1;
  bool header_ = true;      // no row was read yet
  bool has_index_ = false;  // the first column has no name
};

}  // namespace weft::host
