/// The state values of an actor-critic agent, and their gradients.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "actor_critic/networks.h"
#include "dense/dense.h"

namespace weft::actor_critic {

/// V_i(s) = Q_i(s, tanh mu(s)), one head for each of the critics that the parameter `value_heads` names. The
/// derivative includes the path through the policy (the true derivative), unless `value_action` is "fixed": the action
/// counts as constant then.
class Values {
 public:
  /// With the parameters of describe_values(). Parallel over blocks of rows.
  Values(Setup& setup, const Networks& networks);

  int64_t heads() const { return static_cast<int64_t>(critics_.size()); }

  /// `observations` [batch, obs] -> [heads, batch], differentiable in them.
  at::Tensor values(const at::Tensor& observations);
  /// The derivative of values(), [heads, batch, obs], detached.
  at::Tensor gradients(const at::Tensor& observations);

  /// FLOP of the matrix products since the last call.
  double take_flop() { return std::exchange(flop_, 0.0); }

  /// Fills `values` [heads, batch] and `gradients` [heads, batch, obs]; either may be null.
  void compute(int64_t batch, const float* observations, float* values, float* gradients);

 private:
  /// Memory of one thread, for one block of rows.
  struct Worker {
    std::vector<float> features, critic_input, critic_gradient, output_gradient, feature_gradient, ones;
    dense::Workspace policy, critic;
  };
  void block(Worker& worker, int64_t batch, int64_t first, int64_t rows, const float* observations, float* values,
             float* gradients) const;
  void head_gradient(Worker& worker, const float* critic, int64_t rows) const;

  const Networks& networks_;
  std::vector<const float*> critics_;  // weights of the heads
  bool follow_;
  std::vector<Worker> workers_;
  double flop_ = 0.0;
};

}  // namespace weft::actor_critic
