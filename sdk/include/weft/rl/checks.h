/// Checks of numbers that pass from one component to another. Needs no Torch.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "weft/core/error.h"
#include "weft/core/span.h"

namespace weft::rl {

/// Throws Error if one of the numbers is NaN or infinite. `what` names the numbers in the message, which counts from 0:
/// "action is not finite: number 1 of 3 is nan; a finite number was expected".
template <class T>
void require_finite(const char* what, Span<const T> values) {
  for (std::size_t index = 0; index < values.size; ++index) {
    const T value = values[index];
    if (std::isfinite(value)) continue;
    throw Error(std::string(what) + " is not finite: number " + std::to_string(index) + " of " +
                std::to_string(values.size) + " is " +
                (std::isnan(value) ? "nan"
                 : value > 0       ? "inf"
                                   : "-inf") +
                "; a finite number was expected");
  }
}

/// Throws Error unless there are exactly `size` numbers and all of them are finite: "action has 2 numbers; 3 were
/// expected".
inline void require_finite(const char* what, Span<const double> values, std::size_t size) {
  if (values.size != size)
    throw Error(std::string(what) + " has " + std::to_string(values.size) + " numbers; " + std::to_string(size) +
                " were expected");
  require_finite(what, values);
}

/// Whether all numbers are finite.
inline bool all_finite(Span<const double> values) {
  for (const double value : values)
    if (!std::isfinite(value)) return false;
  return true;
}

}  // namespace weft::rl
