/// Row numbers: in order, shuffled, and drawn.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "weft/core/random.h"
#include "weft/core/span.h"

namespace weft::stages {

/// 0 .. count - 1.
inline std::vector<int64_t> in_order(int64_t count) {
  std::vector<int64_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

/// Puts the numbers into a random order (Fisher and Yates).
inline void shuffle(Span<int64_t> rows, Random& random) {
  for (std::size_t left = rows.size; left > 1; --left)
    std::swap(rows[left - 1], rows[static_cast<std::size_t>(random.below(static_cast<int64_t>(left)))]);
}

/// Fills `rows` with numbers 0 .. bound - 1, uniformly and with replacement.
inline void draw(Span<int64_t> rows, int64_t bound, Random& random) {
  for (int64_t& row : rows) row = random.below(bound);
}

}  // namespace weft::stages
