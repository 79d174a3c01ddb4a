#include "host/validate/type_tests.h"

#include "host/base/heap_use.h"
#include "host/validate/parameter_bounds.h"
#include "host/validate/state_tests.h"
#include "host/validate/table_tests.h"
#include "host/validate/type_trial.h"

namespace weft::host {
namespace {

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
  const std::vector<std::pair<const char*, Test>> all = {
      {"bounds", test_bounds},       {"slots", test_slots},        {"heap", heap}, {"same_numbers", test_same_numbers},
      {"continues", test_continues}, {"bad_state", test_bad_state}};
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
