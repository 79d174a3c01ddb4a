/// Small honest services with tensors, for the checks of components that need some.
#pragma once

#include "weft/core/abi.h"

namespace weft::checks {

const weft_component_type* value_standin();
const weft_component_type* loss_standin();
const weft_component_type* model_standin();

}  // namespace weft::checks
