#include "host/validate/table_tests.h"

#include <algorithm>
#include <cctype>

#include "host/base/rows.h"
#include "host/graph/parameter.h"
#include "host/validate/parameter_bounds.h"
#include "host/validate/type_trial.h"

namespace weft::host {
namespace {

/// Whether a text has a key in it as a word of its own.
bool mentions(const std::string& text, const std::string& key) {
  const auto in_word = [&](std::size_t at) {
    return at < text.size() && (text[at] == '_' || std::isalnum(static_cast<unsigned char>(text[at])) != 0);
  };
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1))
    if (!in_word(at - 1) && !in_word(at + key.size())) return true;
  return false;
}

/// A refusal at a bound is good where it says which two things do not fit each other: this key, and another of the
/// type.
bool tells_what_does_not_fit(const weft_component_type& type, const std::string& key, const std::string& message) {
  const std::string who = "' of ";  // "'key' of stage 'subject' (stage.thing) of plugin.so: what the constructor says"
  const std::size_t begin = message.find(": ");
  const std::string said = begin == message.npos ? message : message.substr(begin);
  if (message.rfind("'" + key + who, 0) != 0 && !mentions(said, key)) return false;
  const auto other = [&](const char* name) {
    return name != key && (message.rfind("'" + std::string(name) + who, 0) == 0 || mentions(said, name));
  };
  const Rows parameters = parameters_of(type);
  const Rows slots = slots_of(type);
  return std::any_of(parameters.begin(), parameters.end(), [&](const weft_parameter& row) { return other(row.key); }) ||
         std::any_of(slots.begin(), slots.end(), [&](const weft_slot& row) { return other(row.name); });
}

/// Makes a component with one value that its table allows.
void make_with(const TrialBench& bench, const weft_component_type& type, const std::string& key, const Written& value) {
  TrialOptions options;
  options.values[key] = value;
  const TrialGraph graph = bench.graph(type, options);
  const std::string said = key + " = " + to_text(value);
  try {
    const TrialRun run(graph);
  } catch (const Failure& failure) {
    const std::string message = plain(failure);
    if (failure.code() != ExitCode::wrong_input)
      fail("with " + said + ": " + message + "; a constructor refuses a value with SetupError(\"" + key + "\", ...)");
    if (!tells_what_does_not_fit(type, key, message))
      fail("its table allows " + said + ", and its constructor refuses it (" + message +
           "): put the bound into the table, or name both keys where they do not fit each other");
  }
}

}  // namespace

void test_bounds(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  for (const weft_parameter& row : parameters_of(type)) {
    for (const Written& value : values_outside(row)) {
      Problems problems;
      read_parameter(value, row, type.name, problems);
      if (problems.errors().empty())
        fail(std::string("'")
                 .append(row.key)
                 .append("' takes ")
                 .append(to_text(value))
                 .append(", which its table excludes"));
    }
    for (const Written& value : values_at_bounds(row)) {
      doing(std::string("making it with ").append(row.key).append(" = ").append(to_text(value)));
      make_with(bench, type, row.key, value);
    }
  }
}

void test_slots(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  if (type.slot_count == 0) throw Skipped("it has no slots");
  for (const weft_slot& slot : slots_of(type)) {
    if (slot.optional) continue;
    TrialOptions options;
    options.open_slot = slot.name;
    try {
      bench.graph(type, options);
    } catch (const Failure& failure) {
      const std::string message = plain(failure);
      if (message.find(slot.name) != message.npos && message.find(slot.interface_id) != message.npos) continue;
      fail("the slot '" + std::string(slot.name) + "' left open is told as: " + message);
    }
    fail("a graph without the slot '" + std::string(slot.name) + "' is not refused");
  }
  doing("making it with its optional slots wired");
  TrialOptions options = exercised(bench, type);
  options.optional_slots = true;
  const TrialGraph graph = bench.graph(type, options);
  TrialRun(graph).ticks(1, 1);
}

}  // namespace weft::host
