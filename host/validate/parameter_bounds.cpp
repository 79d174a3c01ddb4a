#include "host/validate/parameter_bounds.h"

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

/// The next number of the parameter's kind in the direction of `towards`.
double next(const weft_parameter& row, double value, double towards) {
  return is_whole(row) ? value + std::copysign(1.0, towards) : std::nextafter(value, towards);
}

/// A number as the parameter takes it: whole where it is whole, alone or in a list.
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
    return what + " has a sentence of several lines or of nothing; one line that says what it is was expected";
  };
  const auto id_fault = [](const std::string& what, const std::string& id) -> std::string {
    if (is_versioned(id)) return "";
    return what + " has the interface id '" + id + "'; a name and a version were expected, like 'mine.rl.thing/1'";
  };
  std::vector<std::string> faults = {sentence_fault("the type", type.summary)};
  for (const weft_parameter& row : parameters_of(type)) {
    faults.push_back(sentence_fault("parameter '" + std::string(row.key) + "'", row.sentence));
    Problems problems;
    default_value(row, type.name, problems);
    if (!problems.errors().empty()) faults.push_back(problems.errors().front().message);
    if (is_whole(row) && std::isfinite(row.minimum) && row.minimum != std::floor(row.minimum))
      faults.push_back("parameter '" + std::string(row.key) + "' is a whole number with a minimum that is none");
    if (is_whole(row) && std::isfinite(row.maximum) && row.maximum != std::floor(row.maximum))
      faults.push_back("parameter '" + std::string(row.key) + "' is a whole number with a maximum that is none");
  }
  for (const weft_slot& row : slots_of(type)) {
    faults.push_back(sentence_fault("slot '" + std::string(row.name) + "'", row.sentence));
    faults.push_back(id_fault("slot '" + std::string(row.name) + "'", row.interface_id));
  }
  for (const weft_offer& row : offers_of(type)) {
    faults.push_back(sentence_fault("'" + std::string(row.name) + "', which it offers,", row.sentence));
    faults.push_back(id_fault("'" + std::string(row.name) + "', which it offers,", row.interface_id));
    if (row.stream != 0 && type.schedulable == 0)
      faults.push_back("it emits the stream '" + std::string(row.name) + "' and is no stage, so it never runs");
  }
  for (const weft_metric& row : metrics_of(type)) {
    faults.push_back(sentence_fault("metric '" + std::string(row.name) + "'", row.sentence));
    std::string stem = row.name;
    if (stem.ends_with('*')) stem.pop_back();  // a numbered family
    if (!is_name(stem))
      faults.push_back("metric '" + std::string(row.name) + "' has a name that is not of the form [a-z][a-z0-9_]*");
  }
  const auto first = std::find_if(faults.begin(), faults.end(), [](const auto& fault) { return !fault.empty(); });
  return first == faults.end() ? "" : *first;
}

}  // namespace weft::host
