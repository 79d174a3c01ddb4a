#include "networks.h"

namespace weft::td3 {

Networks::Networks(const actor_critic::Features& features_of, const actor_critic::ActionBounds& bounds_of,
                   const std::vector<int64_t>& hidden, Random& random)
    : features(features_of),
      bounds(bounds_of),
      policy_shape(actor_critic::network(features.size(), hidden, bounds.size())),
      critic_shape(actor_critic::network(features.size() + bounds.size(), hidden, 1)) {
  policy.initialize(policy_shape, random);
  policy_target = policy.weights;
  for (std::size_t i = 0; i < 2; ++i) {
    critics[i].initialize(critic_shape, random);
    targets[i] = critics[i].weights;
  }
}

void Networks::save(StateWriter& writer) const {
  policy.save(writer.scope("policy"), policy_shape);
  critics[0].save(writer.scope("critic_0"), critic_shape);
  critics[1].save(writer.scope("critic_1"), critic_shape);
  policy_shape.save(writer.scope("policy_target"), policy_target.data());
  critic_shape.save(writer.scope("target_0"), targets[0].data());
  critic_shape.save(writer.scope("target_1"), targets[1].data());
}

void Networks::load(StateReader& reader) {
  policy.load(reader.scope("policy"), policy_shape);
  critics[0].load(reader.scope("critic_0"), critic_shape);
  critics[1].load(reader.scope("critic_1"), critic_shape);
  policy_shape.load(reader.scope("policy_target"), policy_target.data());
  critic_shape.load(reader.scope("target_0"), targets[0].data());
  critic_shape.load(reader.scope("target_1"), targets[1].data());
}

void Networks::save_weights(StateWriter& writer) const {
  policy_shape.save(writer.scope("policy"), policy.weights.data());
  policy_shape.save(writer.scope("policy_target"), policy_target.data());
  for (std::size_t i = 0; i < 2; ++i) {
    critic_shape.save(writer.scope(i == 0 ? "critic_0" : "critic_1"), critics[i].weights.data());
    critic_shape.save(writer.scope(i == 0 ? "target_0" : "target_1"), targets[i].data());
  }
}

void Networks::load_weights(StateReader& reader) {
  policy_shape.load(reader.scope("policy"), policy.weights.data());
  policy_shape.load(reader.scope("policy_target"), policy_target.data());
  for (std::size_t i = 0; i < 2; ++i) {
    critic_shape.load(reader.scope(i == 0 ? "critic_0" : "critic_1"), critics[i].weights.data());
    critic_shape.load(reader.scope(i == 0 ? "target_0" : "target_1"), targets[i].data());
  }
}

}  // namespace weft::td3
