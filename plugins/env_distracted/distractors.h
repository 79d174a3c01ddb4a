/// Distracting numbers, which follow dynamics of their own.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "weft/core/random.h"
#include "weft/core/span.h"

namespace weft::distracted {

/// The chaotic map of Voelcker et al., 2022, on k numbers d: with y = A d,
///     d' = y + 0.1 sin(W y), where every component with |d'_j| > 20 is replaced by c_j.
struct ChaoticMap {
  std::vector<double> linear;     ///< A, [k, k]
  std::vector<double> frequency;  ///< W, [k, k]
  std::vector<double> fallback;   ///< c, [k]

  /// Draws the constants from a seed: A and c standard normal, W squares of normal numbers of deviation 10.
  static ChaoticMap draw(std::size_t count, uint64_t seed) {
    Random random(seed);
    ChaoticMap map{std::vector<double>(count * count), std::vector<double>(count * count), std::vector<double>(count)};
    for (double& value : map.linear) value = random.normal();
    for (double& value : map.frequency) {
      const double root = 10.0 * random.normal();
      value = root * root;
    }
    for (double& value : map.fallback) value = random.normal();
    return map;
  }

  /// One update of `values` [k], in place.
  void apply(Span<double> values) const {
    const std::vector<double> moved = product(linear, values);
    const std::vector<double> phase = product(frequency, moved);
    for (std::size_t index = 0; index < values.size; ++index) {
      const double next = moved[index] + 0.1 * std::sin(phase[index]);
      values[index] = std::abs(next) <= 20.0 ? next : fallback[index];
    }
  }

 private:
  static std::vector<double> product(const std::vector<double>& matrix, Span<const double> vector) {
    std::vector<double> result(vector.size, 0.0);
    for (std::size_t row = 0; row < vector.size; ++row)
      for (std::size_t column = 0; column < vector.size; ++column)
        result[row] += matrix[row * vector.size + column] * vector[column];
    return result;
  }
};

}  // namespace weft::distracted
