/// Stand-ins with tensors: small components that offer correct services to components under test.
#pragma once

#include "weft/core/abi.h"

namespace weft::checks {

// Each returns the tables of one type, `standin.<name>`, valid until the process ends.
const weft_component_type* value_standin();
const weft_component_type* loss_standin();
const weft_component_type* model_standin();

}  // namespace weft::checks
