/// Tests of a component type against its own tables.
#pragma once

#include "host/validate/trial.h"
#include "host/validate/trial_graph.h"

namespace weft::host {

/// Values that a parameter's table excludes are rejected, and values at its bounds are accepted. Fails by throwing.
void test_bounds(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step);

/// An unwired required slot is reported by name, and a component works with its optional slots wired. Fails by
/// throwing; throws Skipped for a type without slots.
void test_slots(const TrialBench& bench, const weft_component_type& type, const StepReporter& report_step);

}  // namespace weft::host
