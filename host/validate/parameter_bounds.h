/// Parameter values at and beyond the bounds in a type's tables, and errors in the tables themselves.
#pragma once

#include <string>
#include <vector>

#include "host/base/written.h"
#include "weft/core/abi.h"

namespace weft::host {

/// Values that a parameter's table excludes: beyond its bounds, not finite, not among its choices, of another kind.
std::vector<Written> values_outside(const weft_parameter& row);

/// Values at a parameter's bounds, if it has any: the minimum and, unless that is costly, the maximum of a number; both
/// values of a flag; every choice. For a list: lists of one such number, and the empty list.
std::vector<Written> values_at_bounds(const weft_parameter& row);

/// The first error in a type's tables that does not prevent loading: a default outside its range, an empty description,
/// an interface id without a version. Empty when there is none.
std::string description_fault(const weft_component_type& type);

}  // namespace weft::host
