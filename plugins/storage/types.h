/// The component types of this plugin, each defined in the source file of its name.
#pragma once

#include "weft/core/abi.h"

namespace weft::storage {

const weft_component_type* file_rows_type();
const weft_component_type* save_rows_type();
const weft_component_type* save_value_type();
const weft_component_type* load_value_type();

}  // namespace weft::storage
