/// Functions shared by the tests of a component type.
#pragma once

#include <string>

#include "host/base/diagnostic.h"
#include "host/validate/trial.h"
#include "host/validate/trial_run.h"

namespace weft::host {

/// Fails a test.
[[noreturn]] void fail(const std::string& message);

/// The messages of a failure, without places in the trial graph, which the user never sees.
std::string messages_of(const Failure& failure);

/// The same for a check, without the name of the check and the tick.
std::string finding(const Failure& failure);

/// Options with the checks that record numbers: they use the component as intended, which every kind of test needs.
TrialOptions with_recording_checks(const TrialBench& bench, const weft_component_type& type);

}  // namespace weft::host
