/// The component types of this plugin, each defined in the source file of its name.
#pragma once

#include "weft/core/abi.h"

namespace weft::stages {

const weft_component_type* fit_model_type();
const weft_component_type* imagine_type();
const weft_component_type* train_agent_type();

}  // namespace weft::stages
