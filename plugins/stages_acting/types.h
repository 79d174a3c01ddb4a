/// The component types of this plugin, each defined in the source file of its name.
#pragma once

#include "weft/core/abi.h"

namespace weft::stages {

const weft_component_type* collect_type();
const weft_component_type* drive_type();
const weft_component_type* evaluate_type();
const weft_component_type* replay_type();

}  // namespace weft::stages
