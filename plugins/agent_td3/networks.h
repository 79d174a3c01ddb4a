/// The networks of a TD3 agent: shapes, weights and optimizer states.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actor_critic/networks.h"
#include "dense/dense.h"
#include "weft/core/random.h"
#include "weft/core/state.h"

namespace weft::td3 {

/// Policy, twin critics, and their targets.
struct Networks {
  Networks(const actor_critic::Features& features, const actor_critic::ActionBounds& bounds,
           const std::vector<int64_t>& hidden, Random& random);

  void save(StateWriter& writer) const;
  void load(StateReader& reader);
  /// The weights that determine state values and the targets: without optimizers.
  void save_weights(StateWriter& writer) const;
  void load_weights(StateReader& reader);

  actor_critic::Features features;
  actor_critic::ActionBounds bounds;
  dense::Mlp policy_shape;  ///< features -> [action_size]: the action before tanh
  dense::Mlp critic_shape;  ///< [features, action in [-1, 1]] -> one value
  actor_critic::Trained policy;
  std::vector<float> policy_target;
  std::array<actor_critic::Trained, 2> critics;
  std::array<std::vector<float>, 2> targets;
};

}  // namespace weft::td3
