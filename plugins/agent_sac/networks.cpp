#include "networks.h"

#include <cmath>

namespace weft::sac {

Networks::Networks(const Features& features_of, const ActionBounds& bounds_of, const std::vector<int64_t>& hidden,
                   double initial_alpha, Random& random)
    : features(features_of),
      bounds(bounds_of),
      policy_shape(actor_critic::network(features.size(), hidden, 2 * bounds.size())),
      critic_shape(actor_critic::network(features.size() + bounds.size(), hidden, 1)) {
  policy.initialize(policy_shape, random);
  for (std::size_t i = 0; i < 2; ++i) {
    critics[i].initialize(critic_shape, random);
    targets[i] = critics[i].weights;
  }
  log_alpha.resize(1);
  log_alpha.weights[0] = static_cast<float>(std::log(initial_alpha));
}

double Networks::alpha() const { return std::exp(static_cast<double>(log_alpha.weights[0])); }

void Networks::save(StateWriter& writer) const {
  policy.save(writer.scope("policy"), policy_shape);
  critics[0].save(writer.scope("critic_0"), critic_shape);
  critics[1].save(writer.scope("critic_1"), critic_shape);
  critic_shape.save(writer.scope("target_0"), targets[0].data());
  critic_shape.save(writer.scope("target_1"), targets[1].data());
  StateWriter scope = writer.scope("log_alpha");
  scope.number("value", log_alpha.weights[0]);
  scope.number("first_moment", log_alpha.first[0]);
  scope.number("second_moment", log_alpha.second[0]);
  scope.number("steps", log_alpha.steps);
}

void Networks::load(StateReader& reader) {
  policy.load(reader.scope("policy"), policy_shape);
  critics[0].load(reader.scope("critic_0"), critic_shape);
  critics[1].load(reader.scope("critic_1"), critic_shape);
  critic_shape.load(reader.scope("target_0"), targets[0].data());
  critic_shape.load(reader.scope("target_1"), targets[1].data());
  StateReader scope = reader.scope("log_alpha");
  log_alpha.weights[0] = scope.number<float>("value");
  log_alpha.first[0] = scope.number<float>("first_moment");
  log_alpha.second[0] = scope.number<float>("second_moment");
  log_alpha.steps = scope.number<int64_t>("steps");
}

void Networks::save_weights(StateWriter& writer) const {
  policy_shape.save(writer.scope("policy"), policy.weights.data());
  critic_shape.save(writer.scope("critic_0"), critics[0].weights.data());
  critic_shape.save(writer.scope("critic_1"), critics[1].weights.data());
  critic_shape.save(writer.scope("target_0"), targets[0].data());
  critic_shape.save(writer.scope("target_1"), targets[1].data());
}

void Networks::load_weights(StateReader& reader) {
  policy_shape.load(reader.scope("policy"), policy.weights.data());
  critic_shape.load(reader.scope("critic_0"), critics[0].weights.data());
  critic_shape.load(reader.scope("critic_1"), critics[1].weights.data());
  critic_shape.load(reader.scope("target_0"), targets[0].data());
  critic_shape.load(reader.scope("target_1"), targets[1].data());
}

}  // namespace weft::sac
