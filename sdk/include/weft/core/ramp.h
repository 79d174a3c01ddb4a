/// A parameter whose value changes over the run.
#pragma once

#include <cmath>
#include <cstdint>

namespace weft {

/// Linear in the tick between `begin` and `end`, constant outside; with begin == end a step: `from` before
/// that tick, `to` from it on. A plain number in the graph is a ramp with from == to.
struct Ramp {
  double from = 0.0;
  double to = 0.0;
  int64_t begin = 0;  ///< tick at which the value leaves `from`
  int64_t end = 0;    ///< tick from which the value is `to`

  double at(int64_t tick) const {
    if (tick >= end) return to;
    if (tick <= begin) return from;
    return from + (to - from) * (static_cast<double>(tick - begin) / static_cast<double>(end - begin));
  }

  /// For integer ramps: floored. The small term keeps a value that is whole but for rounding whole.
  int64_t integer_at(int64_t tick) const { return static_cast<int64_t>(std::floor(at(tick) + 1e-9)); }
};

}  // namespace weft
