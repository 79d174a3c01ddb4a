/// Tables of numbers as text: a header line with the names of the columns, then one row per line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::stages {

/// `<prefix>0`, `<prefix>1`, ...
std::vector<std::string> numbered(const std::string& prefix, int64_t count);

struct Table {
  std::vector<std::vector<double>> rows;
  std::vector<int64_t> lines;  ///< the line of each row, counted from 1
};

/// Reads a table with exactly these columns, in this order. Empty lines and blanks around numbers are skipped. Throws
/// Error with file, line and what was expected: a file that cannot be read, another header, another number of values in
/// a row, a value that is not a finite number.
Table read_table(const std::string& file, const std::vector<std::string>& columns);

/// The shortest text that reads back as the same number.
std::string to_text(double value);
std::string to_text(float value);

/// Writes the text to a file, and creates its folder if necessary. Throws Error when that fails, and leaves the file
/// empty if there is one.
void write_file(const std::string& file, const std::string& text);

}  // namespace weft::stages
