#include "host/validate/table_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "host/base/rows.h"
#include "host/graph/parameter.h"
#include "host/validate/parameter_bounds.h"
#include "host/validate/type_trial.h"

namespace weft::host {
namespace {

/// Whether a text contains a key as a whole word.
bool mentions(const std::string& text, const std::string& key) {
  const auto in_word = [&](std::size_t at) {
    return at < text.size() && (text[at] == '_' || std::isalnum(static_cast<unsigned char>(text[at])) != 0);
  };
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1))
    if (!in_word(at - 1) && !in_word(at + key.size())) return true;
  return false;
}

/// Whether an error explains a conflict: it names this key and another parameter or slot of the type. Only then may a
/// constructor reject a value at a bound.
bool names_both_keys(const weft_component_type& type, const std::string& key, const std::string& message) {
  // "'key' of stage 'subject' (stage.thing) of plugin.so: the constructor's message"
  const std::size_t begin = message.find(": ");
  const std::string reason = begin == message.npos ? message : message.substr(begin);
  const auto named = [&](const std::string& name) {
    return message.starts_with(fmt::format("'{}' of ", name)) || mentions(reason, name);
  };
  if (!named(key)) return false;
  const auto other = [&](const char* name) { return name != key && named(name); };
  const Rows parameters = parameters_of(type);
  const Rows slots = slots_of(type);
  return std::any_of(parameters.begin(), parameters.end(), [&](const weft_parameter& row) { return other(row.key); }) ||
         std::any_of(slots.begin(), slots.end(), [&](const weft_slot& row) { return other(row.name); });
}

/// Creates a component with one value that its table allows.
void create_with(const TrialBench& bench, const weft_component_type& type, const std::string& key,
                 const Written& value) {
  TrialOptions options;
  options.values[key] = value;
  const TrialGraph graph = bench.graph(type, options);
  const std::string setting = fmt::format("{} = {}", key, to_text(value));
  try {
    const TrialRun run(graph);
  } catch (const Failure& failure) {
    const std::string message = messages_of(failure);
    if (failure.code() != ExitCode::wrong_input)
      fail(fmt::format("with {}: {}; a constructor must reject a value with SetupError(\"{}\", ...)", setting, message,
                       key));
    if (!names_both_keys(type, key, message))
      fail(fmt::format(
          "the table allows {}, but the constructor rejects it ({}): put the bound into the table, or, if two "
          "keys conflict, name both in the error",
          setting, message));
  }
}

}  // namespace

void test_bounds(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  for (const weft_parameter& row : parameters_of(type)) {
    for (const Written& value : values_outside(row)) {
      Problems problems;
      read_parameter(value, row, type.name, problems);
      if (problems.errors().empty())
        fail(fmt::format("'{}' accepts {}, which its table excludes", row.key, to_text(value)));
    }
    for (const Written& value : values_at_bounds(row)) {
      report_step(fmt::format("creating it with {} = {}", row.key, to_text(value)));
      create_with(bench, type, row.key, value);
    }
  }
}

void test_slots(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  if (type.slot_count == 0) throw Skipped("the type has no slots");
  for (const weft_slot& slot : slots_of(type)) {
    if (slot.optional) continue;
    TrialOptions options;
    options.open_slot = slot.name;
    try {
      bench.graph(type, options);
    } catch (const Failure& failure) {
      const std::string message = messages_of(failure);
      if (message.find(slot.name) != message.npos && message.find(slot.interface_id) != message.npos) continue;
      fail(fmt::format("the error for the unwired slot '{}' does not name the slot and its interface '{}': {}",
                       slot.name, slot.interface_id, message));
    }
    fail(fmt::format("a graph in which the slot '{}' is not wired is not rejected", slot.name));
  }
  report_step("creating and using it with its optional slots wired");
  TrialOptions options = with_recording_checks(bench, type);
  options.optional_slots = true;
  const TrialGraph graph = bench.graph(type, options);
  TrialRun(graph).ticks(1, 1);
}

}  // namespace weft::host
