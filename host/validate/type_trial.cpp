#include "host/validate/type_trial.h"

#include <stdexcept>

namespace weft::host {

void fail(const std::string& message) { throw std::runtime_error(message); }

std::string messages_of(const Failure& failure) {
  std::string text;
  for (const Diagnostic& diagnostic : failure.diagnostics()) text += (text.empty() ? "" : "; ") + diagnostic.message;
  return text;
}

std::string finding(const Failure& failure) {
  const std::string text = messages_of(failure);
  const std::size_t tick = text.find(" in run, tick ");
  const std::size_t begin = tick == text.npos ? tick : text.find(": ", tick);
  return begin == text.npos ? text : text.substr(begin + 2);
}

TrialOptions with_recording_checks(const TrialBench& bench, const weft_component_type& type) {
  TrialOptions options;
  for (const weft_component_type* check : bench.checks_of(type))
    if (check->slot_count > 0 && check->metric_count > 0) options.checks.push_back(check);
  return options;
}

}  // namespace weft::host
