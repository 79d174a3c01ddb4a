/// How the checks of this folder fail.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "weft/core/error.h"
#include "weft/core/random.h"

namespace weft::testing {

/// Throws Error with this finding unless `good`.
inline void require(bool good, const std::string& finding) {
  if (!good) throw Error(finding);
}

/// A number as messages tell it.
inline std::string text_of(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// Whether two numbers agree to this part of their size, or of 1 where they are smaller.
inline bool agree(double left, double right, double part) {
  return std::abs(left - right) <= part * (1.0 + std::abs(left) + std::abs(right)) ||
         (std::isnan(left) && std::isnan(right));
}

/// Whether `call` throws Error, as the interfaces ask for where something is refused; any other exception passes on.
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
