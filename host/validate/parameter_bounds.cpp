#include "host/validate/parameter_bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "host/base/rows.h"
#include "host/graph/parameter.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_whole(const weft_parameter& row) {
  return row.kind == WEFT_INTEGER || row.kind == WEFT_INTEGERS || row.kind == WEFT_INTEGER_RAMP;
}
bool is_list(const weft_parameter& row) { return row.kind == WEFT_INTEGERS || row.kind == WEFT_REALS; }
bool is_number(const weft_parameter& row) {
  return is_whole(row) || is_list(row) || row.kind == WEFT_REAL || row.kind == WEFT_REAL_RAMP;
}

/// The adjacent number of the parameter's kind in the direction of `towards`.
double next(const weft_parameter& row, double value, double towards) {
  return is_whole(row) ? value + std::copysign(1.0, towards) : std::nextafter(value, towards);
}

/// A number as the parameter accepts it: an integer or a real number, by itself or in a list.
Written written(const weft_parameter& row, double value) {
  Written number;
  if (is_whole(row) && std::isfinite(value))
    number.value = static_cast<int64_t>(value);
  else
    number.value = value;
  if (is_list(row)) return {{}, Written::List{number}};
  return number;
}

Written word(const char* value) { return {{}, std::string(value)}; }

/// "mine.rl.thing/1"
bool is_versioned(std::string_view id) {
  const std::size_t slash = id.find('/');
  if (slash == id.npos) return false;
  std::string name(id.substr(0, slash));
  std::replace(name.begin(), name.end(), '.', '_');
  const std::string_view version = id.substr(slash + 1);
  return is_name(name) && !version.empty() && version[0] != '0' &&
         version.find_first_not_of("0123456789") == version.npos;
}

}  // namespace

std::vector<Written> values_outside(const weft_parameter& row) {
  std::vector<Written> values;
  if (row.kind == WEFT_TEXT && row.choice_count > 0) values.push_back(word("no such choice"));
  if (row.kind == WEFT_FLAG) values.push_back(word("true"));
  if (!is_number(row)) return values;
  values = {word("many"), written(row, std::nan("")), written(row, infinity), written(row, -infinity)};
  if (std::isfinite(row.minimum))
    values.push_back(written(row, row.minimum_open ? row.minimum : next(row, row.minimum, -infinity)));
  if (std::isfinite(row.maximum))
    values.push_back(written(row, row.maximum_open ? row.maximum : next(row, row.maximum, infinity)));
  return values;
}

std::vector<Written> values_at_bounds(const weft_parameter& row) {
  std::vector<Written> values;
  if (row.kind == WEFT_FLAG) return {{{}, false}, {{}, true}};
  for (uint32_t index = 0; index < row.choice_count; ++index) values.push_back(word(row.choices[index]));
  if (!is_number(row)) return values;
  if (is_list(row)) values.push_back({{}, Written::List{}});
  if (std::isfinite(row.minimum))
    values.push_back(written(row, row.minimum_open ? next(row, row.minimum, infinity) : row.minimum));
  if (std::isfinite(row.maximum) && row.costly_maximum == 0)
    values.push_back(written(row, row.maximum_open ? next(row, row.maximum, -infinity) : row.maximum));
  return values;
}

std::string description_fault(const weft_component_type& type) {
  const auto sentence_fault = [](const std::string& what, const std::string& sentence) -> std::string {
    if (sentence.find('\n') == sentence.npos && sentence.find_first_not_of(' ') != sentence.npos) return "";
    return fmt::format("{} has an empty or multi-line description; a one-line description was expected", what);
  };
  const auto id_fault = [](const std::string& what, const std::string& id) -> std::string {
    if (is_versioned(id)) return "";
    return fmt::format("{} has the interface id '{}'; a name and a version were expected, such as 'mine.rl.thing/1'",
                       what, id);
  };
  std::vector<std::string> faults = {sentence_fault("the type", type.summary)};
  for (const weft_parameter& row : parameters_of(type)) {
    const std::string what = fmt::format("parameter '{}'", row.key);
    faults.push_back(sentence_fault(what, row.sentence));
    Problems problems;
    default_value(row, type.name, problems);
    if (!problems.errors().empty()) faults.push_back(problems.errors().front().message);
    if (is_whole(row) && std::isfinite(row.minimum) && row.minimum != std::floor(row.minimum))
      faults.push_back(fmt::format("{} is a whole number, but its minimum is not", what));
    if (is_whole(row) && std::isfinite(row.maximum) && row.maximum != std::floor(row.maximum))
      faults.push_back(fmt::format("{} is a whole number, but its maximum is not", what));
  }
  for (const weft_slot& row : slots_of(type)) {
    const std::string what = fmt::format("slot '{}'", row.name);
    faults.push_back(sentence_fault(what, row.sentence));
    faults.push_back(id_fault(what, row.interface_id));
  }
  for (const weft_offer& row : offers_of(type)) {
    const std::string what = fmt::format("{} '{}'", row.stream != 0 ? "stream" : "service", row.name);
    faults.push_back(sentence_fault(what, row.sentence));
    faults.push_back(id_fault(what, row.interface_id));
    if (row.stream != 0 && type.schedulable == 0)
      faults.push_back(fmt::format("the type emits {} but is not a stage, so it never runs", what));
  }
  for (const weft_metric& row : metrics_of(type)) {
    faults.push_back(sentence_fault(fmt::format("metric '{}'", row.name), row.sentence));
    std::string stem = row.name;
    if (stem.ends_with('*')) stem.pop_back();  // a numbered family
    if (!is_name(stem))
      faults.push_back(fmt::format("invalid metric name '{}'; the form [a-z][a-z0-9_]* was expected", row.name));
  }
  const auto first = std::find_if(faults.begin(), faults.end(), [](const auto& fault) { return !fault.empty(); });
  return first == faults.end() ? "" : *first;
}

}  // namespace weft::host
