/// Tests of a component type: the numbers that it gives, and the state that it saves.
#pragma once

#include "host/validate/trial.h"
#include "host/validate/trial_graph.h"

namespace weft::host {

/// Equal seeds give equal numbers and states, with any number of threads. Fails by throwing.
void test_same_numbers(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

/// A component that continues from a saved state gives the numbers that it would have given without the pause. Fails
/// by throwing.
void test_continues(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

/// Empty, cut and random states are refused or used without harm. Fails by throwing; throws Skipped for a type without
/// state.
void test_bad_state(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

}  // namespace weft::host
