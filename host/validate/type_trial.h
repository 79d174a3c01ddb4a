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

}  // namespace weft::host
