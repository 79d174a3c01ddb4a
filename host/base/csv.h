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

/// Thrown for a quote that is not closed; `line` is where its row begins.
class CsvError : public std::runtime_error {
 public:
  explicit CsvError(int64_t row_line) : std::runtime_error("a quote is not closed"), line(row_line) {}
  int64_t line;
};

/// Reads a text row by row. Lines end with LF or CRLF, also inside quotes; empty lines and a byte order mark are
/// skipped. The text must outlive the reader.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);
  /// Fills `row` with the next row; false at the end of the text. Throws CsvError.
  bool next(CsvRow& row);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int64_t line_ = 1;
};

}  // namespace weft::host
