/// Tests of a component type: the numbers that it records, and the state that it saves.
#pragma once

#include "host/validate/trial.h"
#include "host/validate/trial_graph.h"

namespace weft::host {

/// Equal seeds give equal numbers and states with any number of threads. Fails by throwing.
void test_same_numbers(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step);

/// A component that continues from a saved state records the same numbers as one that was not interrupted. Fails by
/// throwing.
void test_continues(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step);

/// Empty and truncated states are rejected; random ones are rejected or cause no crash. Fails by throwing; throws
/// Skipped for a type without state.
void test_bad_state(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step);

}  // namespace weft::host
