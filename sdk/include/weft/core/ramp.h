/// A parameter whose value changes during the run.
#pragma once

#include <cmath>
#include <cstdint>

namespace weft {

/// Linear in the tick between `begin` and `end`, constant before and after. If `begin` equals `end` it is a step:
/// `from` before that tick, `to` from that tick on. A plain number in the graph is a ramp with from == to.
struct Ramp {
  double from = 0.0;  ///< value up to the tick `begin`, in the unit of the parameter
  double to = 0.0;    ///< value from the tick `end` on, in the unit of the parameter
  int64_t begin = 0;  ///< tick at which the value leaves `from`
  int64_t end = 0;    ///< tick at which the value reaches `to`

  /// The value at `tick`.
  double at(int64_t tick) const {
    if (tick >= end) return to;
    if (tick <= begin) return from;
    return from + (to - from) * (static_cast<double>(tick - begin) / static_cast<double>(end - begin));
  }

  /// The value at `tick`, rounded down, for parameters declared with `integer_ramp`. The small term prevents a value
  /// that is an integer up to rounding errors from becoming the next smaller one.
  int64_t integer_at(int64_t tick) const { return static_cast<int64_t>(std::floor(at(tick) + 1e-9)); }
};

}  // namespace weft
