#include "host/validate/state_tests.h"

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
  fail(who + " recorded '" + found + "' where '" + wanted + "' was recorded before");
}

void require_same_state(const Archive& left, const Archive& right, const std::string& who) {
  const std::string different = left.difference(right);
  if (!different.empty()) fail(who + " ended in another state: the array '" + different + "' differs");
}

/// The arrays of the subject in a state.
std::vector<std::string> own_arrays(const Archive& state) {
  std::vector<std::string> names;
  const std::string prefix = std::string(TrialBench::subject) + ".";
  for (const auto& [name, entry] : state.entries)
    if (name.compare(0, prefix.size(), prefix) == 0) names.push_back(name);
  return names;
}

void require_refused(const TrialGraph& graph, Archive state, const std::string& what) {
  TrialRun run(graph);
  try {
    run.load(state);
  } catch (const Failure&) {
    return;
  }
  fail("load() takes a state " + what + "; it has to throw Error");
}

/// Without its last element (of the first dimension); without anything where it is a single number.
void cut(Archive& state, const std::string& name) {
  Archive::Entry& entry = state.entries[name];
  if (entry.shape.empty()) {
    state.entries.erase(name);
  } else {
    --entry.shape[0];
    entry.bytes.resize(Archive::bytes(entry.element, entry.shape));
  }
}

}  // namespace

void test_same_numbers(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  const TrialGraph graph = bench.graph(type, exercised(bench, type));
  doing("using it");
  TrialRun first(graph);
  first.ticks(1, 3);
  const Archive state = first.save();
  for (const int threads : {1, 3}) {
    const std::string who = threads == 1 ? "a second component with the same seed" : "a component with 3 threads";
    doing("using " + who);
    TrialRun other(graph, threads);
    other.ticks(1, 3);
    require_same_numbers(first, other, 0, who);
    require_same_state(state, other.save(), who);
  }
}

void test_continues(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  const TrialGraph graph = bench.graph(type, exercised(bench, type));
  TrialRun first(graph);
  first.ticks(1, 2);
  Archive state = first.save();
  require_same_state(state, first.save(), "a component that was saved twice in a row");
  const std::size_t before = first.numbers().size();
  first.ticks(3, 4);
  const std::string who = "a component that went on from what was saved";
  doing("loading what was saved");
  TrialRun second(graph);
  second.load(state);
  for (const auto& [name, entry] : state.entries)
    if (state.read_names.count(name) == 0) fail("load() does not read the array '" + name + "' that save() wrote");
  require_same_state(state, second.save(), who);
  doing("going on from what was saved");
  second.ticks(3, 4);
  require_same_numbers(first, second, before, who);
  require_same_state(first.save(), second.save(), who);
}

void test_bad_state(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  const TrialGraph graph = bench.graph(type, exercised(bench, type));
  Archive good;
  {
    TrialRun run(graph);
    run.ticks(1, 2);
    good = run.save();
  }
  const std::vector<std::string> names = own_arrays(good);
  if (names.empty()) throw Skipped("it saves no state");
  Archive empty = good;
  for (const std::string& name : names) empty.entries.erase(name);
  doing("loading an empty state");
  require_refused(graph, empty, "without any of its arrays");
  for (const std::string& name : names) {
    if (good.at(name).bytes.empty()) continue;
    Archive shorter = good;
    cut(shorter, name);
    doing("loading a state whose array '" + name + "' is cut");
    require_refused(graph, shorter, "whose array '" + name + "' lacks its end");
  }
  weft::Random random(7);
  for (int round = 0; round < 3; ++round) {
    Archive noise = good;
    for (const std::string& name : names)
      for (unsigned char& byte : noise.entries[name].bytes) byte = static_cast<unsigned char>(random.below(256));
    doing("loading a state of random numbers, and running on from it");
    TrialRun run(graph);
    try {
      run.load(noise);
      run.ticks(3, 3);
    } catch (const Failure&) {  // refused, now or when the numbers were used
    }
  }
}

}  // namespace weft::host
