/// Shared by the tests of losses: rows of a fit, batches of them, and losses from their plugins.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <memory>
#include <string>
#include <vector>

#include "support/quadratic_value.h"
#include "weft/rl/model.h"
#include "weft/rl/torch_random.h"
#include "weft/testing/bench.h"

namespace weft::testing {

/// A loss from its plugin (`loss_<name>`), with a value function if it needs one.
struct MadeLoss {
  std::unique_ptr<Made> made;
  rl::ModelLoss* operator->() const { return &made->service<rl::ModelLoss>("loss"); }
};

inline MadeLoss make_loss(const std::string& name, const std::string& parameters = "",
                          rl::ValueFunction* value = nullptr) {
  Wires wires;
  if (value) wires["value"] = wire(*value);
  return {Plugin("loss_" + name).make("loss." + name, parameters, wires)};
}

/// Seeded standard normals.
inline at::Tensor normal(const std::vector<int64_t>& shape, uint64_t seed) {
  at::Generator generator = rl::torch_generator(seed);
  return at::randn(shape, generator);
}

/// `rows` random transitions of `n` numbers, three quarters of them for training.
inline rl::FitData random_fit(int64_t rows, int64_t n, int64_t tick = 1) {
  return {normal({rows, n}, 1), normal({rows, 2}, 2), normal({rows, n}, 3), normal({rows}, 4), {}, rows * 3 / 4, tick};
}

/// The batch that holds these rows, `[members, batch]`.
inline rl::MemberBatch batch_of(const rl::FitData& data, const at::Tensor& row) {
  const auto gather = [&](const at::Tensor& field) {
    return field.index_select(0, row.flatten()).view({row.size(0), row.size(1), field.size(1)});
  };
  rl::MemberBatch batch{row, gather(data.observation), gather(data.next_observation), {}};
  batch.target = at::cat({batch.next_observation - batch.observation, gather(data.reward.unsqueeze(1))}, -1);
  return batch;
}

/// The prediction of one member with the next-state errors `error`, `[batch, n]`, and the exact reward.
inline rl::Prediction prediction_with_error(const rl::MemberBatch& batch, const at::Tensor& error) {
  return {batch.target + at::cat({error, at::zeros({error.size(0), 1})}, -1).unsqueeze(0), {}};
}

}  // namespace weft::testing
