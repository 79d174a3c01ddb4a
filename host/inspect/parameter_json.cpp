#include "host/inspect/parameter_json.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <variant>

#include "host/graph/parameter.h"

namespace weft::host {

using nlohmann::ordered_json;

namespace {

/// A bound of a range; null when there is none.
ordered_json bound(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); }

/// The default as a JSON value; null when there is none. The default of a ramp is its constant value.
ordered_json default_json(const weft_parameter& row, const std::string& owner) {
  if (!row.default_value) return nullptr;
  Problems problems;
  const std::optional<Value> value = default_value(row, owner, problems);
  if (!value) throw Failure(ExitCode::plugin_failed, problems.errors());
  return std::visit(
      [&](const auto& plain) -> ordered_json {
        if constexpr (!std::is_same_v<std::decay_t<decltype(plain)>, Ramp>)
          return plain;
        else if (row.kind == WEFT_INTEGER_RAMP)
          return static_cast<int64_t>(plain.from);
        else
          return plain.from;
      },
      *value);
}

}  // namespace

ordered_json parameter_json(const weft_parameter& row, const std::string& owner) {
  static constexpr std::array kinds{"flag",  "integer", "real",         "text", "integers",
                                    "reals", "ramp",    "integer_ramp", "path", "paths"};
  return {{"key", row.key},
          {"kind", kinds[static_cast<std::size_t>(row.kind)]},
          {"default", default_json(row, owner)},
          {"optional", row.default_value != nullptr || row.optional != 0},
          {"minimum", bound(row.minimum)},
          {"minimum_open", row.minimum_open != 0},
          {"maximum", bound(row.maximum)},
          {"maximum_open", row.maximum_open != 0},
          {"choices", std::vector<std::string>(row.choices, row.choices + row.choice_count)},
          {"unit", row.unit},
          {"sentence", row.sentence}};
}

}  // namespace weft::host
