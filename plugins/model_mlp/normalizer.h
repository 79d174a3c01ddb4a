/// The input normalizer of a model.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/state.h"

namespace weft::model_mlp {

/// Scales observation and action, concatenated, to mean zero and deviation one. Changes nothing before the first fit().
class Normalizer {
 public:
  Normalizer(int64_t observation_size, int64_t action_size);

  /// Computes mean and deviation (of a sample, N - 1) of each column, in double. A deviation of at most 1e-6 of the
  /// column's largest number, or 1e-12, counts as 1: such a column is constant up to rounding. The floor is relative,
  /// so that the units of a column do not matter.
  void fit(int64_t rows, const float* observation, const float* action);

  /// `observation` `[rows, n]` and `action` `[rows, m]` -> `out` `[rows, n + m]`.
  void apply(int64_t rows, const float* observation, const float* action, float* out) const;

  /// Turns `gradient` `[rows, n + m]`, with respect to the output of apply(), into those with respect to `observation`
  /// and `action`; null: not computed.
  void backward(int64_t rows, const float* gradient, float* observation, float* action) const;

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  void fit_columns(int64_t rows, int64_t columns, const float* values, int64_t first);

  int64_t observation_size_, action_size_;
  std::vector<float> mean_, scale_;  // [n + m]; scale: 1 / deviation
};

}  // namespace weft::model_mlp
