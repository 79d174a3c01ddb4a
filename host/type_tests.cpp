#include "host/type_tests.h"

#include <algorithm>

#include "host/heap_use.h"
#include "host/parameter.h"
#include "host/parameter_bounds.h"
#include "host/trial_run.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

using weft::testing::Archive;

[[noreturn]] void fail(const std::string& message) { throw std::runtime_error(message); }

/// What a failure says, without the place in the trial graph that means nothing to anybody.
std::string plain(const Failure& failure) {
  std::string text;
  for (const Diagnostic& diagnostic : failure.diagnostics()) text += (text.empty() ? "" : "; ") + diagnostic.message;
  return text;
}

/// The same for a check: who found what in which tick goes without saying.
std::string finding(const Failure& failure) {
  const std::string text = plain(failure);
  const std::size_t tick = text.find(" in run, tick ");
  const std::size_t begin = tick == text.npos ? tick : text.find(": ", tick);
  return begin == text.npos ? text : text.substr(begin + 2);
}

/// Is the checks that record numbers: they use the component in the way that it is meant, for tests of all kinds.
TrialOptions exercised(const TrialBench& bench, const weft_component_type& type) {
  TrialOptions options;
  for (const weft_component_type* check : bench.checks_of(type))
    if (check->slot_count > 0 && check->metric_count > 0) options.checks.push_back(check);
  return options;
}

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

// --- the tests -----------------------------------------------------------------------------------------------

void made(const TrialBench& bench, const weft_component_type& type) {
  const TrialGraph graph = bench.graph(type);
  try {
    const TrialRun run(graph);
  } catch (const Failure& failure) {
    fail(plain(failure) + (failure.code() == ExitCode::wrong_input
                               ? "; other values than defaults are given with --set TYPE.KEY=VALUE, for every type"
                               : ""));
  }
}

/// A refusal at a bound is good where it is about two things that do not fit each other.
bool names_another_key(const weft_component_type& type, const std::string& key, const std::string& message) {
  const auto named = [&](const char* other) { return other != key && message.find(other) != message.npos; };
  return std::any_of(type.parameters, type.parameters + type.parameter_count,
                     [&](const weft_parameter* row) { return named(row->key); }) ||
         std::any_of(type.slots, type.slots + type.slot_count, [&](const weft_slot* row) { return named(row->name); });
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
    if (!names_another_key(type, key, message))
      fail("its table allows " + said + ", and its constructor refuses it (" + message +
           "): put the bound into the table");
  }
}

void bounds(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  for (uint32_t index = 0; index < type.parameter_count; ++index) {
    const weft_parameter& row = *type.parameters[index];
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

void slots(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  if (type.slot_count == 0) throw Skipped("it has no slots");
  for (uint32_t index = 0; index < type.slot_count; ++index) {
    const weft_slot& slot = *type.slots[index];
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

void heap(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  const TrialGraph graph = bench.graph(type, exercised(bench, type));
  int round = 0;
  const auto in_use_after = [&](int rounds) {
    for (; rounds > 0; --rounds) {
      doing("making it for the " + std::to_string(++round) + ". time");
      TrialRun run(graph);
      run.ticks(1, 1);
      run.save();
    }
    return heap_in_use();
  };
  // Equal after 3 and 10 rounds is good. Pieces of equal size differ by 16 bytes in length as it happens, so growth
  // counts only where it goes on and on; a leak in every round does.
  std::size_t before = in_use_after(3);
  const std::size_t first = before;
  for (int interval = 0; interval < 5; ++interval) {
    const std::size_t now = in_use_after(7);
    if (now < before + std::size_t{7} * 16) return;
    before = now;
  }
  fail("each time that it is made, used and destroyed, about " + std::to_string((before - first) / 35) +
       " bytes more are in use: something is never freed");
}

void same_numbers(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
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

void continues(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
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

void bad_state(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
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

void used(const TrialBench& bench, const weft_component_type& type, const Doing& doing) {
  const TrialGraph graph = bench.graph(type, exercised(bench, type));
  doing("using it");
  try {
    TrialRun run(graph);
    run.ticks(1, 2);
    doing("saving it");
    run.save();
  } catch (const Failure& failure) {
    fail(finding(failure));
  }
}

void process(const TrialBench& bench, const weft_component_type& type, const ProcessState& start) {
  TrialOptions options = exercised(bench, type);
  for (const weft_component_type* check : bench.checks_of(type))
    if (check->slot_count == 0) options.checks.push_back(check);
  const std::string loaded = start.change(ProcessState::now());
  if (!loaded.empty()) fail("since the plugin was loaded, " + loaded);
  const TrialGraph graph = bench.graph(type, options);
  try {
    TrialRun run(graph);
    run.ticks(1, 2);
    run.save();
  } catch (const Failure& failure) {
    fail(finding(failure));
  }
  const std::string used = start.change(ProcessState::now());
  if (!used.empty()) fail("since it was used, " + used);
}

void check(const TrialBench& bench, const weft_component_type& type, const weft_component_type& check) {
  TrialOptions options;
  options.checks = {&check};
  const TrialGraph graph = bench.graph(type, options);
  try {
    TrialRun run(graph);
    run.ticks(1, 2);
  } catch (const Failure& failure) {
    fail(finding(failure));
  }
}

/// Failures of the host, told without places.
Trial told(Trial trial) {
  return [trial = std::move(trial)](const Doing& doing) {
    try {
      trial(doing);
    } catch (const Failure& failure) {
      fail(plain(failure));
    }
  };
}

}  // namespace

std::vector<TypeTest> first_tests(const TrialBench& bench, const weft_component_type& type) {
  return {{"description", told([&type](const Doing&) {
             const std::string fault = description_fault(type);
             if (!fault.empty()) fail(fault);
           })},
          {"made", told([&bench, &type](const Doing& doing) {
             doing("making it from its defaults");
             made(bench, type);
           })}};
}

TypeTest use_test(const TrialBench& bench, const weft_component_type& type) {
  return {"used", told([&bench, &type](const Doing& doing) { used(bench, type, doing); })};
}

std::vector<TypeTest> further_tests(const TrialBench& bench, const weft_component_type& type,
                                    const ProcessState& start) {
  using Test = void (*)(const TrialBench&, const weft_component_type&, const Doing&);
  const std::vector<std::pair<const char*, Test>> all = {{"bounds", bounds},       {"slots", slots},
                                                         {"heap", heap},           {"same_numbers", same_numbers},
                                                         {"continues", continues}, {"bad_state", bad_state}};
  std::vector<TypeTest> tests;
  tests.reserve(all.size() + 1);
  for (const auto& [name, test] : all)
    tests.push_back({name, told([&bench, &type, run = test](const Doing& doing) { run(bench, type, doing); })});
  tests.push_back({"process", told([&bench, &type, &start](const Doing& doing) {
                     doing("using it");
                     process(bench, type, start);
                   })});
  return tests;
}

std::vector<TypeTest> check_tests(const TrialBench& bench, const weft_component_type& type) {
  std::vector<TypeTest> tests;
  for (const weft_component_type* each : bench.checks_of(type)) {
    if (each->slot_count == 0) continue;
    tests.push_back({each->name, told([&bench, &type, each](const Doing& doing) {
                       doing("checking it");
                       check(bench, type, *each);
                     })});
  }
  return tests;
}

}  // namespace weft::host
