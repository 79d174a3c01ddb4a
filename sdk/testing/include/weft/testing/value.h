/// Checks of what every value function must do.
///
/// Each check throws Error with its finding. `weft validate` runs them as check.value_*; any test may call them.
#pragma once

#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/select.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros_like.h>

#include <string>

#include "weft/rl/value_function.h"
#include "weft/testing/fit.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// Values and gradients have the documented shapes and are finite, for batches of several sizes, and do not depend on
/// the memory layout of the observations.
inline void check_value_shape(rl::ValueFunction& value) {
  const int64_t n = value.observation_size(), heads = value.heads();
  require(heads > 0 && n > 0, "heads() or observation_size() is not positive");
  const at::NoGradGuard no_gradients;
  for (const int64_t batch : {1, 7, 130}) {
    const at::Tensor observations = normal({batch, n}, 1);
    const at::Tensor values = value.values(observations), gradients = value.gradients(observations);
    require(values.dim() == 2 && values.size(0) == heads && values.size(1) == batch,
            "values() of a batch of " + std::to_string(batch) + " is not [heads, batch]");
    require(gradients.dim() == 3 && gradients.size(0) == heads && gradients.size(1) == batch && gradients.size(2) == n,
            "gradients() of a batch of " + std::to_string(batch) + " is not [heads, batch, obs]");
    require(values.isfinite().all().item<bool>() && gradients.isfinite().all().item<bool>(),
            "values() or gradients() of moderate observations are not finite");
    const at::Tensor spread = scattered(observations);
    require(
        value.values(spread).allclose(values, 1e-5, 1e-6) && value.gradients(spread).allclose(gradients, 1e-5, 1e-6),
        "values() or gradients() return other numbers for observations that are not contiguous");
  }
}

/// gradients() agrees with the derivative of values(), by autograd and by central differences.
inline void check_value_gradients(rl::ValueFunction& value) {
  const int64_t n = value.observation_size();
  const at::Tensor around = normal({16, n}, 2);
  const at::Tensor gradients = value.gradients(around).detach();
  for (int64_t head = 0; head < value.heads(); ++head) {
    const at::Tensor observations = around.clone().requires_grad_(true);
    const at::Tensor total = value.values(observations).select(0, head).sum();
    require(total.requires_grad(), "values() is not differentiable with respect to the observations");
    total.backward();
    require(observations.grad().defined() && observations.grad().allclose(gradients.select(0, head), 1e-3, 1e-4),
            "gradients() of head " + std::to_string(head) + " differ from the derivative of values() by autograd");
  }
  const at::NoGradGuard no_gradients;
  const double step = 2e-3;  // small, because the value function of a ReLU network has many kinks
  for (int64_t column = 0; column < n; ++column) {
    at::Tensor shift = at::zeros_like(around);
    shift.select(1, column) += step;
    const at::Tensor expected = (value.values(around + shift) - value.values(around - shift)) / (2.0 * step);
    const at::Tensor found = gradients.select(2, column);
    const auto error = (found - expected).norm().item<double>(), size = expected.norm().item<double>();
    require(error <= 0.03 * size + 1e-3, "gradients() with respect to number " + std::to_string(column) +
                                             " of the observation have an error of norm " + text_of(error) +
                                             " against central differences of norm " + text_of(size));
  }
}

/// The weights are frozen: no call changes them or gives them gradients, and gradients() are detached.
inline void check_value_frozen(rl::ValueFunction& value) {
  const at::Tensor observations = normal({8, value.observation_size()}, 3);
  const at::Tensor before = value.values(observations);
  require(!before.requires_grad(),
          "values() of observations that require no gradient require one; the weights must be frozen");
  const at::Tensor variable = observations.clone().requires_grad_(true);
  value.values(variable).sum().backward();
  require(!value.gradients(observations).requires_grad(), "gradients() are not detached");
  require(value.values(observations).equal(before), "values() have changed after a backward pass through them");
}

}  // namespace weft::testing
