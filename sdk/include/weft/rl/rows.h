/// Numbers of the rows of a data set: all of them, shuffled, or drawn. Needs no Torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "weft/core/random.h"
#include "weft/core/span.h"

namespace weft::rl {

/// 0 .. count - 1, in order.
inline std::vector<int64_t> all_rows(int64_t count) {
  std::vector<int64_t> rows(static_cast<std::size_t>(count));
  int64_t next = 0;
  for (int64_t& row : rows) row = next++;
  return rows;
}

/// Puts the numbers into a uniformly random order (Fisher-Yates). Makes rows.size - 1 draws.
inline void shuffle_rows(Span<int64_t> rows, Random& random) {
  for (std::size_t left = rows.size; left > 1; --left)
    std::swap(rows[left - 1], rows[static_cast<std::size_t>(random.below(static_cast<int64_t>(left)))]);
}

/// Fills `rows` with numbers from 0 .. count - 1, uniformly and with replacement; count > 0. Makes rows.size draws.
inline void draw_rows(Span<int64_t> rows, int64_t count, Random& random) {
  for (int64_t& row : rows) row = random.below(count);
}

}  // namespace weft::rl
