/// A value function whose values can be computed by hand.
#pragma once

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <utility>
#include <vector>

#include "weft/rl/value_function.h"

namespace weft::testing {

/// Head h: V_h(s) = s' A_h s / 2 + w_h' s with symmetric A_h; linear where A is zero. Computes in the precision
/// of its argument and counts its calls.
class QuadraticValue final : public rl::ValueFunction {
 public:
  /// `curvature` [heads, n, n], symmetric; `gradient` [heads, n], the gradient at zero.
  QuadraticValue(at::Tensor curvature, at::Tensor gradient)
      : curvature_(std::move(curvature)), gradient_(std::move(gradient)) {}

  static QuadraticValue linear(const at::Tensor& gradient) {
    return {at::zeros({gradient.size(0), gradient.size(1), gradient.size(1)}), gradient};
  }

  int64_t heads() const override { return gradient_.size(0); }
  int64_t observation_size() const override { return gradient_.size(1); }
  at::Tensor values(const at::Tensor& observations) override {
    ++value_calls;
    const auto type = observations.scalar_type();
    const at::Tensor curved = at::matmul(observations, curvature_.to(type));  // [heads, batch, n]
    return ((curved / 2 + gradient_.to(type).unsqueeze(1)) * observations).sum(-1);
  }
  at::Tensor gradients(const at::Tensor& observations) override {
    ++gradient_calls;
    return at::matmul(observations, curvature_) + gradient_.unsqueeze(1);
  }

  int value_calls = 0;
  int gradient_calls = 0;

 private:
  at::Tensor curvature_, gradient_;
};

}  // namespace weft::testing
