#include "host/base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace weft::host {
namespace {

/// Edit distance in which swapping two adjacent letters counts as one step (optimal string alignment).
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> table(left.size() + 1, std::vector<std::size_t>(right.size() + 1));
  for (std::size_t row = 0; row <= left.size(); ++row) {
    for (std::size_t column = 0; column <= right.size(); ++column) {
      if (row == 0 || column == 0) {
        table[row][column] = row + column;
        continue;
      }
      const bool same = left[row - 1] == right[column - 1];
      std::size_t best = std::min(
          {table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (same ? 0U : 1U)});
      if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
        best = std::min(best, table[row - 2][column - 2] + 1);
      table[row][column] = best;
    }
  }
  return table[left.size()][right.size()];
}

bool contains(std::string_view text, std::string_view piece) {
  return piece.size() >= 3 && text.find(piece) != text.npos;
}

/// Up to a third of the letters may differ, or one name may contain the other.
bool is_near(std::string_view name, std::string_view candidate, std::size_t steps) {
  return steps <= std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3) || contains(candidate, name) ||
         contains(name, candidate);
}

/// Data in a message can be of any size.
constexpr std::size_t longest_place = 300, longest_message = 5'000;

std::string cut(const std::string& text, std::size_t longest) {
  if (text.size() <= longest) return text;
  return fmt::format("{}... ({} more bytes)", text.substr(0, longest), text.size() - longest);
}

std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += (text.empty() ? "" : "\n") + to_text(diagnostic);
  return text;
}

std::vector<Diagnostic> one_error(const Place& place, const std::string& message) {
  std::vector<Diagnostic> diagnostics(1);
  diagnostics.front().place = place;
  diagnostics.front().message = message;
  return diagnostics;
}

const char* to_text(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

}  // namespace

std::string to_text(const Place& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

std::string to_text(const Diagnostic& diagnostic) {
  const std::string place = to_text(diagnostic.place);
  return printable(fmt::format("{}{}{}: {}", cut(place, longest_place), place.empty() ? "" : ": ",
                               to_text(diagnostic.severity), cut(diagnostic.message, longest_message)));
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t index = 0; index < text.size(); ++index) {
    auto code = static_cast<unsigned char>(text[index]);
    const auto next = index + 1 < text.size() ? static_cast<unsigned char>(text[index + 1]) : 0U;
    const bool upper = code == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F, in UTF-8
    if (upper) code = static_cast<unsigned char>(text[++index]);
    if (upper || code == 0x7f || (code < 0x20 && code != '\n' && code != '\t'))
      result += fmt::format("\\x{:02x}", code);
    else
      result += text[index];
  }
  return result;
}

Failure::Failure(ExitCode code, std::vector<Diagnostic> diagnostics)
    : std::runtime_error(join(diagnostics)), code_(code), diagnostics_(std::move(diagnostics)) {}

Failure::Failure(ExitCode code, const std::string& message) : Failure(code, one_error({}, message)) {}

Failure::Failure(ExitCode code, const Place& place, const std::string& message)
    : Failure(code, one_error(place, message)) {}

Failure wrong_input(const std::string& message) { return {ExitCode::wrong_input, message}; }

Failure wrong_input(const Place& place, const std::string& message) { return {ExitCode::wrong_input, place, message}; }

std::string quoted(const std::filesystem::path& path) { return fmt::format("'{}'", path.string()); }

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t fewest = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t steps = distance(name, candidate);
    if (!is_near(name, candidate, steps) || (!best.empty() && steps >= fewest)) continue;
    best = candidate;
    fewest = steps;
  }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string near = nearest(name, candidates);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

std::string enumerate(const std::vector<std::string>& names, const std::string& none) {
  if (names.empty()) return none;
  std::string text;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (index > 0) text += index + 1 == names.size() ? " and " : ", ";
    text += "'" + names[index] + "'";
  }
  return text;
}

}  // namespace weft::host
