/// The networks of a TD3 agent: those of an actor-critic agent, and the policy's target.
#pragma once

#include <vector>

#include "actor_critic/networks.h"
#include "weft/core/state.h"

namespace weft::td3 {

/// The policy has one output for each number of an action.
struct Networks : actor_critic::Networks {
  explicit Networks(Setup& setup);

  void save(StateWriter& writer) const;
  void load(StateReader& reader);
  /// Also of the policy's target.
  void save_weights(StateWriter& writer) const;
  void load_weights(StateReader& reader);

  std::vector<float> policy_target;
};

}  // namespace weft::td3
