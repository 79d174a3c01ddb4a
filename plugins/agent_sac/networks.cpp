#include "networks.h"

#include <cmath>

namespace weft::sac {

Networks::Networks(Setup& setup) : actor_critic::Networks(setup, "agent.sac", 2) {
  log_alpha.resize(1);
  log_alpha.weights[0] = static_cast<float>(std::log(setup.real("initial_alpha")));
}

double Networks::alpha() const { return std::exp(static_cast<double>(log_alpha.weights[0])); }

void Networks::save(StateWriter& writer) const {
  actor_critic::Networks::save(writer);
  StateWriter scope = writer.scope("log_alpha");
  scope.number("value", log_alpha.weights[0]);
  scope.number("first_moment", log_alpha.first[0]);
  scope.number("second_moment", log_alpha.second[0]);
  scope.number("steps", log_alpha.steps);
}

void Networks::load(StateReader& reader) {
  actor_critic::Networks::load(reader);
  StateReader scope = reader.scope("log_alpha");
  log_alpha.weights[0] = scope.number<float>("value");
  log_alpha.first[0] = scope.number<float>("first_moment");
  log_alpha.second[0] = scope.number<float>("second_moment");
  log_alpha.steps = scope.number<int64_t>("steps");
}

}  // namespace weft::sac
