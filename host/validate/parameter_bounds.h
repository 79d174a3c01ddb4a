/// What a type's tables say about the values at and beyond their bounds, and whether the tables are sound.
#pragma once

#include <string>
#include <vector>

#include "host/base/written.h"
#include "weft/core/abi.h"

namespace weft::host {

/// Values that the table of a parameter excludes: beyond its bounds, no number, another choice, another kind.
std::vector<Written> values_outside(const weft_parameter& row);

/// Values at its bounds, where it has some: numbers at the minimum and, unless that is costly, at the maximum, both
/// flags, every choice; for lists one such element, and none.
std::vector<Written> values_at_bounds(const weft_parameter& row);

/// The first thing that is wrong with a type's tables beyond what makes them loadable: a default outside its
/// range, a sentence that is none, an interface id without a version. Empty: nothing.
std::string description_fault(const weft_component_type& type);

}  // namespace weft::host
