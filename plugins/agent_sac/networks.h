/// The networks of a SAC agent: those of an actor-critic agent, and the temperature.
#pragma once

#include "actor_critic/networks.h"
#include "weft/core/state.h"

namespace weft::sac {

/// The policy has 2 outputs for each number of an action: the means, then raw log deviations.
struct Networks : actor_critic::Networks {
  explicit Networks(Setup& setup);

  double alpha() const;
  void save(StateWriter& writer) const;
  void load(StateReader& reader);

  actor_critic::Trained log_alpha;  ///< the logarithm of the temperature alpha
};

}  // namespace weft::sac
