/// The component types of this plugin, each defined in the source file of its name.
#pragma once

#include "weft/core/abi.h"

namespace weft::stages {

const weft_component_type* loss_agreement_type();
const weft_component_type* model_errors_type();
const weft_component_type* surface_type();

}  // namespace weft::stages
