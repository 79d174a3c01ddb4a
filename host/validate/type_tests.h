/// The tests that every component type must pass.
#pragma once

#include <string>
#include <vector>

#include "host/base/process_state.h"
#include "host/validate/trial.h"
#include "host/validate/trial_graph.h"

namespace weft::host {

struct TypeTest {
  std::string name;
  Trial trial;
};

/// "description": the tables are valid. "made": a component can be created with its defaults; every other test needs
/// that. The arguments of these functions must outlive the trials.
std::vector<TypeTest> first_tests(const TrialBench& bench, const weft_component_type& type);

/// "used": the component runs and saves without an error; if not, only its checks are still meaningful.
TypeTest use_test(const TrialBench& bench, const weft_component_type& type);

/// The remaining tests for components of any kind. `start`: the process state before any plugin was loaded.
std::vector<TypeTest> further_tests(const TrialBench& bench, const weft_component_type& type,
                                    const ProcessState& start);

/// One test for each check in the loaded plugins that applies to what the type offers.
std::vector<TypeTest> check_tests(const TrialBench& bench, const weft_component_type& type);

}  // namespace weft::host
