#include "host/base/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/csv.h"

namespace weft::host {
namespace {

using Cells = std::vector<std::string>;

std::string escaped(const std::string& cell, std::string_view special) {
  std::string text;
  for (const char letter : cell) {
    if (special.find(letter) != special.npos) text += '\\';
    text += letter;
  }
  return text;
}

std::string latex_cell(const std::string& cell) {
  std::string text;
  for (const char letter : cell) {
    if (letter == '\\')
      text += "\\textbackslash{}";
    else if (letter == '~')
      text += "\\textasciitilde{}";
    else if (letter == '^')
      text += "\\textasciicircum{}";
    else
      text += escaped(std::string(1, letter), "&%$#_{}");
  }
  return text;
}

/// The number of characters of a UTF-8 text.
std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char letter) { return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U; }));
}

std::string aligned(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Cells& row : rows)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], length(row[column]));
  std::string text;
  for (const Cells& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column)
      line += row[column] + std::string(widths[column] - length(row[column]) + 2, ' ');
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

/// One line a row, of cells that `convert` turns into texts.
template <class Convert>
std::string lines(const std::vector<Cells>& rows, const char* begin, const char* separator, const char* end,
                  Convert convert) {
  std::string text;
  for (const Cells& row : rows) {
    Cells cells;
    std::transform(row.begin(), row.end(), std::back_inserter(cells), convert);
    text += fmt::format("{}{}{}\n", begin, fmt::join(cells, separator), end);
  }
  return text;
}

}  // namespace

std::optional<GridForm> grid_form(std::string_view name) {
  if (name == "text") return GridForm::text;
  if (name == "markdown") return GridForm::markdown;
  if (name == "latex") return GridForm::latex;
  if (name == "csv") return GridForm::csv;
  return std::nullopt;
}

std::string to_text(const std::vector<Cells>& rows, GridForm form) {
  const std::vector<Cells> header(rows.begin(), rows.begin() + 1), body(rows.begin() + 1, rows.end());
  switch (form) {
    case GridForm::text:
      return aligned(rows);
    case GridForm::markdown: {
      const auto cell = [](const std::string& text) { return escaped(text, "|"); };
      return lines(header, "| ", " | ", " |", cell) + lines({Cells(header[0].size(), "---")}, "| ", " | ", " |", cell) +
             lines(body, "| ", " | ", " |", cell);
    }
    case GridForm::latex:
      return fmt::format("\\begin{{tabular}}{{{}}}\n\\toprule\n", std::string(header[0].size(), 'l')) +
             lines(header, "", " & ", " \\\\", latex_cell) + "\\midrule\n" +
             lines(body, "", " & ", " \\\\", latex_cell) + "\\bottomrule\n\\end{tabular}\n";
    case GridForm::csv:
      break;
  }
  return lines(rows, "", ",", "", csv_cell);
}

}  // namespace weft::host
