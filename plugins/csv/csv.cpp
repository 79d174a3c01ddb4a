#include "csv/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "host/base/csv.h"
#include "weft/core/error.h"

namespace weft::stages {
namespace {

/// `cell` without blanks at both ends.
std::string trimmed(const std::string& cell) {
  const std::size_t first = cell.find_first_not_of(" \t");
  return first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(" \t") + 1 - first);
}

std::string join(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : ",") + cell;
  return text;
}

double parse(const std::string& cell, const std::string& column, const std::string& place) {
  double value = 0.0;
  const char* end = cell.data() + cell.size();
  const auto [stopped, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stopped != end || !std::isfinite(value))
    throw Error(fmt::format("{}: column {} holds '{}'; expected a finite number", place, column, cell));
  return value;
}

}  // namespace

std::vector<std::string> numbered(const std::string& prefix, int64_t count) {
  std::vector<std::string> names;
  for (int64_t index = 0; index < count; ++index) names.push_back(fmt::format("{}{}", prefix, index));
  return names;
}

Table read_table(const std::string& file, const std::vector<std::string>& columns) {
  std::error_code ignored;  // reading a pipe would wait for a writer
  std::ifstream stream;
  if (std::filesystem::is_regular_file(file, ignored)) stream.open(file, std::ios::binary);
  if (!stream.is_open())
    throw Error(fmt::format("{} cannot be read; expected a table with the header '{}'", file, join(columns)));
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(stream), {});
  } catch (const std::ios_base::failure&) {
    throw Error(fmt::format("{} cannot be read to its end; its disk or its network may have failed", file));
  }
  host::CsvRow row;
  Table table;
  bool header = true;
  try {
    host::CsvReader reader(text);
    while (reader.next(row)) {
      std::transform(row.cells.begin(), row.cells.end(), row.cells.begin(), trimmed);
      const std::string place = fmt::format("{}:{}", file, row.line);
      if (header) {
        if (row.cells != columns)
          throw Error(fmt::format("{}: the header is '{}'; expected '{}'", place, join(row.cells), join(columns)));
        header = false;
        continue;
      }
      if (row.cells.size() != columns.size())
        throw Error(
            fmt::format("{}: {} values; expected {}, for {}", place, row.cells.size(), columns.size(), join(columns)));
      std::vector<double> values;
      for (std::size_t column = 0; column < columns.size(); ++column)
        values.push_back(parse(row.cells[column], columns[column], place));
      table.rows.push_back(std::move(values));
      table.lines.push_back(row.line);
    }
  } catch (const host::CsvError& error) {
    throw Error(fmt::format("{}:{}: {}", file, error.line, error.what()));
  }
  if (header) throw Error(fmt::format("{} holds no table; expected the header '{}'", file, join(columns)));
  return table;
}

std::string to_text(double value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string to_text(float value) {
  char text[40];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

void write_file(const std::string& file, const std::string& text) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream stream(file, std::ios::binary);
  stream << text << std::flush;
  if (stream) return;
  std::filesystem::resize_file(file, 0, error);  // an incomplete table must not be taken for a complete one
  throw Error(fmt::format("{} cannot be written; name a file in a folder that is writable and has space", file));
}

}  // namespace weft::stages
