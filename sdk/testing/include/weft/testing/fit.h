/// Made-up rows of a fit, for the checks of losses and models.
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

/// Seeded standard normals.
inline at::Tensor normal(const std::vector<int64_t>& shape, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randn(shape, generator);
}

/// `rows` random transitions of `n` observations and `m` actions, three quarters of them for training.
inline rl::FitData random_fit(int64_t rows, int64_t n, int64_t m, int64_t tick = 1) {
  return {normal({rows, n}, 1), normal({rows, m}, 2), normal({rows, n}, 3), normal({rows}, 4), rows * 3 / 4, tick};
}

/// Numbers of rows `[members, batch]`, drawn from all rows of a fit.
inline at::Tensor random_rows(const rl::FitData& data, int64_t members, int64_t batch, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randint(data.observation.size(0), {members, batch}, generator, at::kLong);
}

/// The fields of these rows `[members, batch]`.
inline at::Tensor gather(const at::Tensor& field, const at::Tensor& row) {
  return field.index_select(0, row.flatten()).view({row.size(0), row.size(1), field.size(1)});
}

/// The batch that holds these rows, `[members, batch]`.
inline rl::MemberBatch batch_of(const rl::FitData& data, const at::Tensor& row) {
  rl::MemberBatch batch{row, gather(data.observation, row), gather(data.next_observation, row), {}};
  batch.target = at::cat({batch.next_observation - batch.observation, gather(data.reward.unsqueeze(1), row)}, -1);
  return batch;
}

/// The same numbers in memory that is not contiguous.
inline at::Tensor scattered(const at::Tensor& tensor) { return tensor.transpose(0, 1).contiguous().transpose(0, 1); }

}  // namespace weft::testing
