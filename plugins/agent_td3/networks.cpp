#include "networks.h"

namespace weft::td3 {

Networks::Networks(Setup& setup) : actor_critic::Networks(setup, "agent.td3", 1), policy_target(policy.weights) {}

void Networks::save(StateWriter& writer) const {
  actor_critic::Networks::save(writer);
  policy_shape.save(writer.scope("policy_target"), policy_target.data());
}

void Networks::load(StateReader& reader) {
  actor_critic::Networks::load(reader);
  policy_shape.load(reader.scope("policy_target"), policy_target.data());
}

void Networks::save_weights(StateWriter& writer) const {
  actor_critic::Networks::save_weights(writer);
  policy_shape.save(writer.scope("policy_target"), policy_target.data());
}

void Networks::load_weights(StateReader& reader) {
  actor_critic::Networks::load_weights(reader);
  policy_shape.load(reader.scope("policy_target"), policy_target.data());
}

}  // namespace weft::td3
