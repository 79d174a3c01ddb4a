#include "host/validate/type_tests.h"

#include <fmt/format.h>

#include "host/base/memory.h"
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
    const bool refused = failure.code() == ExitCode::wrong_input;
    fail(fmt::format("{}{}", messages_of(failure),
                     refused ? "; set other values than the defaults with --set TYPE.KEY=VALUE (for any type)" : ""));
  }
}

void heap(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  const TrialGraph graph = bench.graph(type, with_recording_checks(bench, type));
  int round = 0;
  const auto in_use_after = [&](int rounds) {
    for (; rounds > 0; --rounds) {
      report_step(fmt::format("creating, using and destroying it (round {})", ++round));
      TrialRun run(graph);
      run.ticks(1, 1);
      run.save();
    }
    return heap_in_use();
  };
  // Equal use after 3 and 10 rounds passes. Chunks for requests of equal size can differ by 16 bytes, so only growth in
  // every interval counts; a leak in every round causes that.
  std::size_t before = in_use_after(3);
  const std::size_t first = before;
  for (int interval = 0; interval < 5; ++interval) {
    const std::size_t now = in_use_after(7);
    if (now < before + std::size_t{7} * 16) return;
    before = now;
  }
  fail(fmt::format("it leaks about {} bytes each time that it is created, used and destroyed", (before - first) / 35));
}

void used(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step) {
  const TrialGraph graph = bench.graph(type, with_recording_checks(bench, type));
  report_step("using it");
  try {
    TrialRun run(graph);
    run.ticks(1, 2);
    report_step("saving it");
    run.save();
  } catch (const Failure& failure) {
    fail(finding(failure));
  }
}

void process(const TrialBench& bench, const weft_component_type& type, const ProcessState& start) {
  TrialOptions options = with_recording_checks(bench, type);
  for (const weft_component_type* check : bench.checks_of(type))
    if (check->slot_count == 0) options.checks.push_back(check);
  const std::string loaded = start.change(ProcessState::now());
  if (!loaded.empty()) fail(fmt::format("since the plugin was loaded, {}", loaded));
  const TrialGraph graph = bench.graph(type, options);
  try {
    TrialRun run(graph);
    run.ticks(1, 2);
    run.save();
  } catch (const Failure& failure) {
    fail(finding(failure));
  }
  const std::string used = start.change(ProcessState::now());
  if (!used.empty()) fail(fmt::format("since it was used, {}", used));
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

/// A trial that reports failures of the host without places.
Trial without_places(Trial trial) {
  return [trial = std::move(trial)](const StepReporter& report_step) {
    try {
      trial(report_step);
    } catch (const Failure& failure) {
      fail(messages_of(failure));
    }
  };
}

}  // namespace

std::vector<TypeTest> first_tests(const TrialBench& bench, const weft_component_type& type) {
  return {{"description", without_places([&type](const StepReporter&) {
             const std::string fault = description_fault(type);
             if (!fault.empty()) fail(fault);
           })},
          {"made", without_places([&bench, &type](const StepReporter& report_step) {
             report_step("creating it with its defaults");
             made(bench, type);
           })}};
}

TypeTest use_test(const TrialBench& bench, const weft_component_type& type) {
  return {"used", without_places([&bench, &type](const StepReporter& report_step) { used(bench, type, report_step); })};
}

std::vector<TypeTest> further_tests(const TrialBench& bench, const weft_component_type& type,
                                    const ProcessState& start) {
  using Test = void (*)(const TrialBench&, const weft_component_type&, const StepReporter&);
  const std::vector<std::pair<const char*, Test>> all = {
      {"bounds", test_bounds},       {"slots", test_slots},        {"heap", heap}, {"same_numbers", test_same_numbers},
      {"continues", test_continues}, {"bad_state", test_bad_state}};
  std::vector<TypeTest> tests;
  tests.reserve(all.size() + 1);
  for (const auto& [name, test] : all)
    tests.push_back({name, without_places([&bench, &type, run = test](const StepReporter& report_step) {
                       run(bench, type, report_step);
                     })});
  tests.push_back({"process", without_places([&bench, &type, &start](const StepReporter& report_step) {
                     report_step("using it");
                     process(bench, type, start);
                   })});
  return tests;
}

std::vector<TypeTest> check_tests(const TrialBench& bench, const weft_component_type& type) {
  std::vector<TypeTest> tests;
  for (const weft_component_type* each : bench.checks_of(type)) {
    if (each->slot_count == 0) continue;
    tests.push_back({each->name, without_places([&bench, &type, each](const StepReporter& report_step) {
                       report_step("checking it");
                       check(bench, type, *each);
                     })});
  }
  return tests;
}

}  // namespace weft::host
