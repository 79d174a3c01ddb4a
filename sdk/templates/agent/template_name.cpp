// agent.template_name: an actor and a critic, both linear in quadratic features. Small, and without Torch.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"

namespace {

using Numbers = std::vector<double>;

/// (1, s_i, s_i s_j for j <= i) of one observation.
Numbers features_of(const float* observation, int64_t size) {
  Numbers features{1.0};
  for (int64_t i = 0; i < size; ++i) {
    features.push_back(observation[i]);
    for (int64_t j = 0; j <= i; ++j) features.push_back(static_cast<double>(observation[i]) * observation[j]);
  }
  return features;
}

double dot(const double* weights, const Numbers& features) {
  double sum = 0.0;
  for (std::size_t index = 0; index < features.size(); ++index) sum += weights[index] * features[index];
  return sum;
}

/// Moves weights . features by `step`, whatever the size of the features.
void move(double* weights, const Numbers& features, double step) {
  const double squared = dot(features.data(), features);  // at least 1
  for (std::size_t index = 0; index < features.size(); ++index) weights[index] += step * features[index] / squared;
}

class TemplateName final : public weft::Component, public weft::rl::Agent, public weft::rl::Policy {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary(
        "An actor and a critic, linear in quadratic features: actions that went better than expected are copied.");
    type.reference("van Hasselt and Wiering, ADPRL 2007: the continuous actor-critic learning automaton (CACLA)");
    type.offers<weft::rl::Agent>("agent", "what learns");
    type.offers<weft::rl::Policy>("policy", "the actor, with Gaussian noise when it is sampled");
    type.slot<weft::rl::Environment>("env", "for its sizes and bounds");
    type.real("discount", 0.97, weft::between(0.0, 1.0), "of the next value");
    type.real("critic_rate", 0.01, weft::above(0.0), "share of a row's error that one update takes away");
    type.real("actor_rate", 0.01, weft::above(0.0), "share of the way to a better action that one update goes");
    type.real("noise", 0.3, weft::at_least(0.0), "standard deviation of samples, in half widths of the action's range");
    type.averaged("td_error", "mean size of the critic's error");
  }

  explicit TemplateName(weft::Setup& setup)
      : context_(setup.context()),
        discount_(setup.real("discount")),
        critic_rate_(setup.real("critic_rate")),
        actor_rate_(setup.real("actor_rate")),
        noise_(setup.real("noise")) {
    const auto environment = setup.service<weft::rl::Environment>("env");
    spec_ = environment->spec();
    const std::vector<float> zeros(static_cast<std::size_t>(spec_.observation_size));
    features_ = features_of(zeros.data(), spec_.observation_size).size();
    critic_.resize(features_);
    actor_.resize(features_ * static_cast<std::size_t>(spec_.action_size));
  }

  int64_t observation_size() const override { return spec_.observation_size; }
  int64_t action_size() const override { return spec_.action_size; }

  void sample(int64_t batch, const float* observations, weft::Random& random, float* actions) override {
    act(batch, observations, &random, actions);
  }
  void mean(int64_t batch, const float* observations, float* actions) override {
    act(batch, observations, nullptr, actions);
  }

  void update(const weft::rl::TransitionBatch& batch) override {
    if (batch.observation_size != observation_size() || batch.action_size != action_size())
      throw weft::Error("update() was given rows of " + std::to_string(batch.observation_size) + " observations and " +
                        std::to_string(batch.action_size) + " actions; " + std::to_string(observation_size()) +
                        " and " + std::to_string(action_size()) + " were expected");
    double size_of_errors = 0.0;
    for (int64_t row = 0; row < batch.size; ++row) {
      const Numbers now = features_of(batch.observation + row * spec_.observation_size, spec_.observation_size);
      const Numbers next = features_of(batch.next_observation + row * spec_.observation_size, spec_.observation_size);
      // What terminated has no value beyond; what was cut off has.
      const double beyond = batch.terminated[row] ? 0.0 : discount_ * dot(critic_.data(), next);
      const double error = batch.reward[row] + beyond - dot(critic_.data(), now);
      move(critic_.data(), now, critic_rate_ * error);
      if (error > 0.0) imitate(now, batch.action + row * spec_.action_size);
      size_of_errors += std::abs(error);
    }
    if (!std::isfinite(size_of_errors)) throw weft::Error("the critic's error is not finite; lower critic_rate");
    context_.record("td_error", size_of_errors / static_cast<double>(std::max<int64_t>(batch.size, 1)));
  }

  void save(weft::StateWriter& writer) const override {
    writer.array("critic", critic_);
    writer.array("actor", actor_);
  }
  void load(weft::StateReader& reader) override {
    reader.array("critic", {static_cast<int64_t>(critic_.size())}, critic_.data());
    reader.array("actor", {static_cast<int64_t>(actor_.size())}, actor_.data());
  }

 private:
  double* weights_of(std::size_t action) { return actor_.data() + action * features_; }
  double middle(std::size_t action) const { return 0.5 * (spec_.action_low[action] + spec_.action_high[action]); }
  double half_width(std::size_t action) const { return 0.5 * (spec_.action_high[action] - spec_.action_low[action]); }

  void imitate(const Numbers& features, const float* action) {
    for (std::size_t index = 0; index < spec_.action_low.size(); ++index) {
      const double wanted = (action[index] - middle(index)) / half_width(index);
      move(weights_of(index), features, actor_rate_ * (wanted - dot(weights_of(index), features)));
    }
  }

  void act(int64_t batch, const float* observations, weft::Random* random, float* actions) {
    for (int64_t row = 0; row < batch; ++row) {
      const Numbers features = features_of(observations + row * spec_.observation_size, spec_.observation_size);
      for (std::size_t index = 0; index < spec_.action_low.size(); ++index) {
        double unit = dot(weights_of(index), features);
        if (random) unit += noise_ * random->normal();
        *actions++ = static_cast<float>(middle(index) + half_width(index) * std::clamp(unit, -1.0, 1.0));
      }
    }
  }

  weft::Context& context_;
  double discount_, critic_rate_, actor_rate_, noise_;
  weft::rl::EnvironmentSpec spec_;
  std::size_t features_ = 0;
  Numbers critic_;  ///< [features]
  Numbers actor_;   ///< [actions, features], in half widths from the middle of the range
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("agent.template_name"))
