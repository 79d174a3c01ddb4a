/// Checks that environments make on the numbers that they are given and give. Needs no Torch.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "weft/core/error.h"
#include "weft/core/span.h"

namespace weft::rl {

/// Throws Error unless there are exactly `size` numbers and none of them is NaN or infinite. `what` names
/// them in the message: "action[1] is nan; a finite number was expected".
inline void require_finite(const char* what, Span<const double> values, std::size_t size) {
  if (values.size != size)
    throw Error(std::string(what) + " has " + std::to_string(values.size) + " numbers; " + std::to_string(size) +
                " were expected");
  for (std::size_t index = 0; index < size; ++index) {
    const double value = values[index];
    if (std::isfinite(value)) continue;
    throw Error(std::string(what) + "[" + std::to_string(index) + "] is " +
                (std::isnan(value) ? "nan"
                 : value > 0       ? "inf"
                                   : "-inf") +
                "; a finite number was expected");
  }
}

/// Whether all numbers are finite.
inline bool all_finite(Span<const double> values) {
  for (const double value : values)
    if (!std::isfinite(value)) return false;
  return true;
}

}  // namespace weft::rl
