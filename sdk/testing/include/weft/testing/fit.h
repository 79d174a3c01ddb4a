/// Random rows of a fit, for the checks of losses and models.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/unsqueeze.h>
#include <ATen/ops/view.h>

#include "weft/rl/model.h"
#include "weft/rl/torch_random.h"

namespace weft::testing {

/// A tensor of standard normal numbers; equal seeds give equal numbers.
inline at::Tensor normal(const std::vector<int64_t>& shape, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randn(shape, generator);
}

/// The data of a fit: `rows` random transitions with observations of `n` and actions of `m` numbers, three quarters of
/// the rows for training.
inline rl::FitData random_fit(int64_t rows, int64_t n, int64_t m, int64_t tick = 1) {
  return {normal({rows, n}, 1),
          normal({rows, m}, 2),
          normal({rows, n}, 3),
          normal({rows}, 4),
          normal({rows}, 5).gt(1.0),
          rows * 3 / 4,
          tick};
}

/// Random row numbers `[members, batch]` of a fit.
inline at::Tensor random_rows(const rl::FitData& data, int64_t members, int64_t batch, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randint(data.observation.size(0), {members, batch}, generator, at::kLong);
}

/// The entries of a field `[rows, k]` at the row numbers `row` `[members, batch]`, as `[members, batch, k]`.
inline at::Tensor gather(const at::Tensor& field, const at::Tensor& row) {
  return field.index_select(0, row.flatten()).view({row.size(0), row.size(1), field.size(1)});
}

/// The batch of the row numbers `row` `[members, batch]`.
inline rl::MemberBatch batch_of(const rl::FitData& data, const at::Tensor& row) {
  rl::MemberBatch batch{row, gather(data.observation, row), gather(data.next_observation, row), {}};
  batch.target = at::cat({batch.next_observation - batch.observation, gather(data.reward.unsqueeze(1), row)}, -1);
  return batch;
}

/// The same numbers in memory that is not contiguous, if the tensor is larger than 1 in its first two dimensions.
inline at::Tensor scattered(const at::Tensor& tensor) { return tensor.transpose(0, 1).contiguous().transpose(0, 1); }

}  // namespace weft::testing
