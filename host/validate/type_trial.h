/// What the tests of a component type share.
#pragma once

#include <string>

#include "host/base/diagnostic.h"
#include "host/validate/trial.h"
#include "host/validate/trial_run.h"

namespace weft::host {

/// Ends a test.
[[noreturn]] void fail(const std::string& message);

/// What a failure says, without the place in the trial graph that means nothing to anybody.
std::string plain(const Failure& failure);

/// The same for a check: who found what in which tick goes without saying.
std::string finding(const Failure& failure);

/// With the checks that record numbers: they use the component in the way that it is meant, for tests of all kinds.
TrialOptions exercised(const TrialBench& bench, const weft_component_type& type);

// Tests; each fails by throwing. Of what the tables of a type say:
void test_bounds(const TrialBench& bench, const weft_component_type& type, const Doing& doing);
void test_slots(const TrialBench& bench, const weft_component_type& type, const Doing& doing);
// of the numbers that it gives and the state that it saves:
void test_same_numbers(const TrialBench& bench, const weft_component_type& type, const Doing& doing);
void test_continues(const TrialBench& bench, const weft_component_type& type, const Doing& doing);
void test_bad_state(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

}  // namespace weft::host
