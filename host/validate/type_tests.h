/// The tests that a component type of any kind has to pass.
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

/// "description": the tables are complete. "made": a component can be made from the defaults; without that, no other
/// test can be made. The arguments of these functions have to outlive the trials.
std::vector<TypeTest> first_tests(const TrialBench& bench, const weft_component_type& type);

/// "used": it does what it is for; without that, only its checks have something to tell.
TypeTest use_test(const TrialBench& bench, const weft_component_type& type);

/// What is asked of a component of any kind. `start`: how the process was before any plugin was loaded.
std::vector<TypeTest> further_tests(const TrialBench& bench, const weft_component_type& type,
                                    const ProcessState& start);

/// One for each check that the loaded plugins have for what the type offers.
std::vector<TypeTest> check_tests(const TrialBench& bench, const weft_component_type& type);

}  // namespace weft::host
