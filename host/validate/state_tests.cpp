#include "host/validate/state_tests.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/validate/type_trial.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

using weft::testing::Archive;

void require_same_numbers(const TrialRun& left, const TrialRun& right, std::size_t skip, const std::string& who) {
  const std::vector<std::string> expected(left.numbers().begin() + static_cast<std::ptrdiff_t>(skip),
                                          left.numbers().end());
  const auto [one, other] =
      std::mismatch(expected.begin(), expected.end(), right.numbers().begin(), right.numbers().end());
  if (one == expected.end() && other == right.numbers().end()) return;
  const std::string wanted = one == expected.end() ? "nothing" : *one;
  const std::string found = other == right.numbers().end() ? "nothing" : *other;
  fail(fmt::format("{} recorded '{}'; the first component recorded '{}'", who, found, wanted));
}

void require_same_state(const Archive& left, const Archive& right, const std::string& who) {
  const std::string different = left.difference(right);
  if (!different.empty()) fail(fmt::format("{} ended in a different state: the array '{}' differs", who, different));
}

/// The names of the subject's arrays in a state.
std::vector<std::string> own_arrays(const Archive& state) {
  std::vector<std::string> names;
  const std::string prefix = fmt::format("{}.", TrialBench::subject);
  for (const auto& [name, entry] : state.entries)
    if (name.compare(0, prefix.size(), prefix) == 0) names.push_back(name);
  return names;
}

void require_rejected(const TrialGraph& graph, Archive state, const std::string& what) {
  TrialRun run(graph);
  try {
    run.load(state);
  } catch (const Failure&) {
    return;
  }
  fail(fmt::format("load() accepts a state {}; it must throw Error", what));
}

/// Removes the last element along an array's first dimension; removes the whole array if it is a scalar.
void truncate(Archive& state, const std::string& name) {
  Archive::Entry& entry = state.entries[name];
  if (entry.shape.empty()) {
    state.entries.erase(name);
  } else {
    --entry.shape[0];
    entry.bytes.resize(Archive::bytes(entry.element, entry.shape));
  }
}

}  // namespace

void test_same_numbers(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  const TrialGraph graph = bench.graph(type, with_recording_checks(bench, type));
  report_step("using it");
  TrialRun first(graph);
  first.ticks(1, 3);
  const Archive state = first.save();
  for (const int threads : {1, 3}) {
    const std::string who = threads == 1 ? "a second component with the same seed" : "a component with 3 threads";
    report_step("using " + who);
    TrialRun other(graph, threads);
    other.ticks(1, 3);
    require_same_numbers(first, other, 0, who);
    require_same_state(state, other.save(), who);
  }
}

void test_continues(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  const TrialGraph graph = bench.graph(type, with_recording_checks(bench, type));
  TrialRun first(graph);
  first.ticks(1, 2);
  Archive state = first.save();
  require_same_state(state, first.save(), "a component saved twice in a row");
  const std::size_t before = first.numbers().size();
  first.ticks(3, 4);
  const std::string who = "a component that continued from the saved state";
  report_step("loading the saved state");
  TrialRun second(graph);
  second.load(state);
  for (const auto& [name, entry] : state.entries)
    if (state.read_names.count(name) == 0)
      fail(fmt::format("load() does not read the array '{}' that save() wrote", name));
  require_same_state(state, second.save(), who);
  report_step("continuing from the saved state");
  second.ticks(3, 4);
  require_same_numbers(first, second, before, who);
  require_same_state(first.save(), second.save(), who);
}

void test_bad_state(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  const TrialGraph graph = bench.graph(type, with_recording_checks(bench, type));
  Archive saved;
  {
    TrialRun run(graph);
    run.ticks(1, 2);
    saved = run.save();
  }
  const std::vector<std::string> names = own_arrays(saved);
  if (names.empty()) throw Skipped("the type saves no state");
  Archive empty = saved;
  for (const std::string& name : names) empty.entries.erase(name);
  report_step("loading an empty state");
  require_rejected(graph, empty, "without any of its arrays");
  for (const std::string& name : names) {
    if (saved.at(name).bytes.empty()) continue;
    Archive truncated = saved;
    truncate(truncated, name);
    report_step(fmt::format("loading a state whose array '{}' is truncated", name));
    require_rejected(graph, truncated, fmt::format("whose array '{}' is truncated", name));
  }
  weft::Random random(7);
  for (int round = 0; round < 3; ++round) {
    Archive noise = saved;
    for (const std::string& name : names)
      for (unsigned char& byte : noise.entries[name].bytes) byte = static_cast<unsigned char>(random.below(256));
    report_step("loading a state of random numbers and continuing from it");
    TrialRun run(graph);
    try {
      run.load(noise);
      run.ticks(3, 3);
    } catch (const Failure&) {  // rejected, by load() or when the numbers were used
    }
  }
}

}  // namespace weft::host
