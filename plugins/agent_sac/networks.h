/// The networks of a SAC agent: shapes, weights and optimizer states.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actor_critic/networks.h"
#include "dense/dense.h"
#include "weft/core/state.h"

namespace weft::sac {

using actor_critic::ActionBounds;
using actor_critic::Features;
using actor_critic::Trained;

/// Policy, twin critics, their targets, and the temperature alpha (as its logarithm).
struct Networks {
  Networks(const Features& features, const ActionBounds& bounds, const std::vector<int64_t>& hidden,
           double initial_alpha, Random& random);

  double alpha() const;
  void save(StateWriter& writer) const;
  void load(StateReader& reader);
  /// The weights that determine state values: policy, critics and targets.
  void save_weights(StateWriter& writer) const;
  void load_weights(StateReader& reader);

  Features features;
  ActionBounds bounds;
  dense::Mlp policy_shape;  ///< features -> [2 action_size]: means, then raw log deviations
  dense::Mlp critic_shape;  ///< [features, action in [-1, 1]] -> one value
  Trained policy;
  std::array<Trained, 2> critics;
  std::array<std::vector<float>, 2> targets;
  Trained log_alpha;
};

}  // namespace weft::sac
