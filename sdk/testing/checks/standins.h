/// Stand-ins without Torch: small components that offer correct services to components under test.
#pragma once

#include "weft/core/abi.h"

namespace weft::checks {

// Each returns the tables of one type, `standin.<name>`, valid until the process ends.
const weft_component_type* environment_standin();
const weft_component_type* policy_standin();
const weft_component_type* agent_standin();
const weft_component_type* dataset_standin();
const weft_component_type* transitions_standin();

}  // namespace weft::checks
