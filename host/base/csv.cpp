#include "host/base/csv.h"

#include <algorithm>

namespace weft::host {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The length of the row at the beginning of a text, without its line break.
std::size_t row_length(std::string_view text, int64_t line) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\n' && !quoted) return at;
  }
  if (quoted) throw CsvError(line, "a quote is not closed");
  return text.size();
}

std::vector<std::string> split(std::string_view row) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t at = 0; at < row.size(); ++at) {
    const char letter = row[at];
    if (letter == '"') {
      const bool doubled = quoted && at + 1 < row.size() && row[at + 1] == '"';
      if (doubled)
        cells.back() += row[++at];
      else
        quoted = !quoted;
    } else if (letter == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += letter;
    }
  }
  return cells;
}

}  // namespace

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos && text.rfind(byte_order_mark, 0) != 0) return text;
  std::string cell = "\"";
  for (const char letter : text) cell += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return cell + "\"";
}

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
  if (text_.substr(0, 2) == "\xFF\xFE" || text_.substr(0, 2) == "\xFE\xFF")
    throw CsvError(1, "the table is in UTF-16; save it as CSV in UTF-8");
}

/// Takes the index of a data frame out of a row; the first row decides whether there is one.
void CsvReader::take_index(CsvRow& row) {
  if (header_) {
    if (row.cells.size() == 1 && row.text.find_first_of(";\t") != std::string::npos)
      throw CsvError(row.line, "the columns are separated by semicolons or tabs; save the table with commas");
    has_index_ = row.cells.size() > 1 && (row.cells[0].empty() || row.cells[0] == "Unnamed: 0");
    header_ = false;
  }
  if (has_index_) row.cells.erase(row.cells.begin());
}

bool CsvReader::next(CsvRow& row) {
  while (at_ < text_.size()) {
    const std::size_t length = row_length(text_.substr(at_), line_);
    std::string_view line = text_.substr(at_, length);
    row.line = line_;
    at_ = std::min(at_ + length + 1, text_.size());
    line_ += 1 + std::count(line.begin(), line.end(), '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    row.text = line;
    row.cells = split(line);
    const auto is_empty = [](const std::string& cell) { return cell.empty(); };
    if (std::all_of(row.cells.begin(), row.cells.end(), is_empty)) continue;
    take_index(row);
    return true;
  }
  return false;
}

}  // namespace weft::host
