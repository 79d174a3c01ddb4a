/// The state values of an actor-critic agent, and their gradients.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "actor_critic/networks.h"
#include "dense/dense.h"

namespace weft::actor_critic {

/// What values are computed with; all of it has to outlive them.
struct ValueNetworks {
  const Features& features;
  const dense::Mlp& policy_shape;     ///< features -> the action before tanh, then what no mean action depends on
  const float* policy;                ///< weights
  const dense::Mlp& critic_shape;     ///< [features, action in [-1, 1]] -> one value
  std::vector<const float*> critics;  ///< weights of the heads
};

/// The weights of the heads that a parameter `value_heads` names: all, critics, targets, or the first critic.
std::vector<const float*> value_heads(const std::array<Trained, 2>& critics,
                                      const std::array<std::vector<float>, 2>& targets, const std::string& which);

/// V_i(s) = Q_i(s, tanh mu(s)), one head for each of the given critics. With `follow` the derivative includes the path
/// through the policy (the true derivative); without, the action counts as constant.
class Values {
 public:
  /// Parallel over blocks of rows.
  Values(const ValueNetworks& networks, bool follow, int threads);

  int64_t heads() const { return static_cast<int64_t>(networks_.critics.size()); }

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

  ValueNetworks networks_;
  bool follow_;
  std::vector<Worker> workers_;
  double flop_ = 0.0;
};

}  // namespace weft::actor_critic
