#include "actor_critic/parameters.h"

#include "weft/rl/environment.h"

namespace weft::actor_critic {

void describe_networks(TypeTables& type) {
  type.slot<rl::Environment>("env", "the environment that gives sizes and action bounds");
  type.integers("hidden", {256, 256}, costly(between(1, 8192)), "units of the hidden layers of every network", "units");
  type.choice("features", "none", {"none", "angle"},
              "none: the networks see observations as they are; angle: they see the first number, an angle, as its "
              "cosine and sine, and the environment has to wrap it");
  type.real("gamma", 0.99, between(0.0, 1.0), "discount factor of the value of the next step");
  type.real("reward_scale", 1.0, above(0.0), "factor that rewards are multiplied by");
}

void describe_values(TypeTables& type) {
  type.choice("value_heads", "all", {"all", "critics", "targets", "first"},
              "which critics are heads of the value function; first: only the first of the two critics");
  type.choice("value_action", "follow", {"follow", "fixed"},
              "follow: value gradients include the path through the policy (the true derivative); fixed: the action "
              "counts as constant (VaGraM's published code)");
}

}  // namespace weft::actor_critic
