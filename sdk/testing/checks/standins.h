/// Small honest services, for the checks of components that need some.
#pragma once

#include "weft/core/abi.h"

namespace weft::checks {

const weft_component_type* environment_standin();
const weft_component_type* policy_standin();
const weft_component_type* agent_standin();
const weft_component_type* dataset_standin();
const weft_component_type* transitions_standin();

}  // namespace weft::checks
