/// What all checks use: how a check fails, and how numbers are compared and printed. Needs no Torch.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "weft/core/error.h"
#include "weft/core/random.h"

namespace weft::testing {

/// Throws Error with the message `finding` unless `condition` holds.
inline void require(bool condition, const std::string& finding) {
  if (!condition) throw Error(finding);
}

/// A number as messages print it, with six digits.
inline std::string text_of(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// Whether two numbers differ by at most `tolerance` times (1 + the sum of their sizes), or are both NaN.
inline bool agree(double left, double right, double tolerance) {
  return std::abs(left - right) <= tolerance * (1.0 + std::abs(left) + std::abs(right)) ||
         (std::isnan(left) && std::isnan(right));
}

/// Whether `call` throws Error, which the interfaces require when an argument is refused. Other exceptions leave this
/// function.
template <class Call>
bool refuses(Call call) {
  try {
    call();
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace weft::testing
