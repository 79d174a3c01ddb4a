#include "host/inspect/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/graph/parameter.h"

namespace weft::host {

std::string titled(const char* title, const std::string& rows) {
  return rows.empty() ? "" : fmt::format("\n{}\n{}", title, rows);
}

std::string row_text(const std::string& name, const std::string& takes, const std::string& sentence) {
  return fmt::format("  {}{}\n      {}\n", name, takes.empty() ? "" : fmt::format("  ({})", takes), sentence);
}

std::string unit_text(const char* unit) { return *unit ? fmt::format(" [{}]", unit) : ""; }

std::string default_text(const weft_parameter& row) {
  Problems ignored;
  const std::optional<Value> value = default_value(row, "", ignored);
  return value ? to_toml(*value, row.kind) : row.default_value;
}

std::string parameter_text(const weft_parameter& row) {
  const std::string assigned = row.default_value ? fmt::format(" = {}", default_text(row)) : "";
  const std::string need = row.default_value ? "" : row.optional ? "; optional" : "; required";
  return row_text(row.key + assigned + unit_text(row.unit), expectation(row) + need, row.sentence);
}

PasteLine paste_line(const weft_parameter& row) {
  const bool optional = !row.default_value && row.optional;
  const char* need = row.default_value ? "" : optional ? "optional: " : "fill in: ";
  return {row.key, row.default_value ? default_text(row) : "\"\"",
          fmt::format("{}{}{} ({})", need, row.sentence, unit_text(row.unit), expectation(row)), optional};
}

std::string aligned(const std::vector<PasteLine>& lines) {
  std::size_t keys = 0, values = 0;
  for (const PasteLine& line : lines) {
    keys = std::max(keys, line.key.size() + (line.commented_out ? 2 : 0));
    values = std::max(values, line.value.size());
  }
  std::string text;
  for (const PasteLine& line : lines)
    text += fmt::format("{:{}} = {:{}}  # {}\n", (line.commented_out ? "# " : "") + line.key, keys, line.value, values,
                        line.comment);
  return text;
}

}  // namespace weft::host
