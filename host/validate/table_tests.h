/// Tests of a component type against its own tables.
#pragma once

#include "host/validate/trial.h"
#include "host/validate/trial_graph.h"

namespace weft::host {

/// Values that the table of a parameter excludes are refused, and those at its bounds are accepted. Fails by throwing.
void test_bounds(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

/// A required slot left open is refused by name, and a component can be made with its optional slots wired. Fails by
/// throwing; throws Skipped for a type without slots.
void test_slots(const TrialBench& bench, const weft_component_type& type, const Doing& doing);

}  // namespace weft::host
