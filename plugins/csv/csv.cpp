#include "csv/csv.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "weft/core/error.h"

namespace weft::stages {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    const std::string cell = line.substr(begin, end - begin);
    const std::size_t first = cell.find_first_not_of(" \t\r");
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(" \t\r") + 1 - first));
    begin = end + 1;
  }
  return cells;
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
    throw Error(place + ": column " + column + " holds '" + cell + "'; a finite number was expected");
  return value;
}

}  // namespace

std::vector<std::string> numbered(const std::string& prefix, int64_t count) {
  std::vector<std::string> names;
  for (int64_t index = 0; index < count; ++index) names.push_back(prefix + std::to_string(index));
  return names;
}

Table read_table(const std::string& file, const std::vector<std::string>& columns) {
  std::ifstream stream(file);
  if (!stream) throw Error(file + " cannot be read; a table with the header '" + join(columns) + "' was expected");
  Table table;
  bool header = true;
  std::string line;
  for (int64_t number = 1; std::getline(stream, line); ++number) {
    const std::vector<std::string> cells = split(line);
    if (cells.size() == 1 && cells[0].empty()) continue;
    const std::string place = file + ":" + std::to_string(number);
    if (header) {
      if (cells != columns)
        throw Error(place + ": the header is '" + join(cells) + "'; '" + join(columns) + "' was expected");
      header = false;
      continue;
    }
    if (cells.size() != columns.size())
      throw Error(place + ": " + std::to_string(cells.size()) + " values; " + std::to_string(columns.size()) +
                  " were expected, for " + join(columns));
    std::vector<double> row;
    for (std::size_t column = 0; column < cells.size(); ++column)
      row.push_back(parse(cells[column], columns[column], place));
    table.rows.push_back(std::move(row));
    table.lines.push_back(number);
  }
  if (header) throw Error(file + " holds no table; the header '" + join(columns) + "' was expected");
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
  std::filesystem::resize_file(file, 0, error);  // no part of a table may pass for all of it
  throw Error(file + " cannot be written; give a file name in a folder that can be written to");
}

}  // namespace weft::stages
