// agent.template_name: an actor and a critic, both linear in quadratic features. Uses no Torch.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"

namespace {

using Numbers = std::vector<double>;

/// The features (1, s_i, s_i s_j for j <= i) of one observation s `[size]`.
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

/// Changes the product of weights and features by `step`, independent of the length of the features.
void move(double* weights, const Numbers& features, double step) {
  const double squared = dot(features.data(), features);  // at least 1: the first feature is 1
  for (std::size_t index = 0; index < features.size(); ++index) weights[index] += step * features[index] / squared;
}

class TemplateName final : public weft::Component, public weft::rl::Agent, public weft::rl::Policy {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary(
        "An actor and a critic, linear in quadratic features; the actor moves towards actions that were better than "
        "the "
        "critic expected.");
    type.reference("van Hasselt and Wiering, ADPRL 2007: the continuous actor-critic learning automaton (CACLA)");
    type.offers<weft::rl::Agent>("agent", "the agent");
    type.offers<weft::rl::Policy>("policy", "the actor; samples have Gaussian noise");
    type.slot<weft::rl::Environment>("env", "the environment, for its sizes and bounds");
    type.real("discount", 0.97, weft::between(0.0, 1.0), "discount of the next value");
    type.real("critic_rate", 0.01, weft::above(0.0), "fraction of the critic's error on a row that one update removes");
    type.real("actor_rate", 0.01, weft::above(0.0),
              "fraction of the distance to a better action by which one update moves the actor");
    type.real("noise", 0.3, weft::at_least(0.0),
              "standard deviation of sampled actions, relative to half the width of the action's range");
    type.averaged("td_error", "mean absolute error of the critic");
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
  void deterministic(int64_t batch, const float* observations, float* actions) override {
    act(batch, observations, nullptr, actions);
  }

  void update(const weft::rl::TransitionBatch& batch) override {
    if (batch.observation_size != observation_size() || batch.action_size != action_size())
      throw weft::Error("update() got observations of " + std::to_string(batch.observation_size) + " and actions of " +
                        std::to_string(batch.action_size) + " numbers; " + std::to_string(observation_size()) +
                        " and " + std::to_string(action_size()) + " were expected");
    double sum_of_errors = 0.0;
    for (int64_t row = 0; row < batch.size; ++row) {
      const Numbers now = features_of(batch.observation + row * spec_.observation_size, spec_.observation_size);
      const Numbers next = features_of(batch.next_observation + row * spec_.observation_size, spec_.observation_size);
      // After termination nothing follows; after truncation the episode would have continued.
      const double next_value = batch.terminated[row] ? 0.0 : dot(critic_.data(), next);
      const double error = batch.reward[row] + discount_ * next_value - dot(critic_.data(), now);
      move(critic_.data(), now, critic_rate_ * error);
      if (error > 0.0) imitate(now, batch.action + row * spec_.action_size);
      sum_of_errors += std::abs(error);
    }
    if (!std::isfinite(sum_of_errors)) throw weft::Error("the critic's error is not finite; use a smaller critic_rate");
    context_.record("td_error", sum_of_errors / static_cast<double>(std::max<int64_t>(batch.size, 1)));
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
  double center(std::size_t action) const { return 0.5 * (spec_.action_low[action] + spec_.action_high[action]); }
  double half_width(std::size_t action) const { return 0.5 * (spec_.action_high[action] - spec_.action_low[action]); }

  /// Moves the actor's output towards `action` `[action_size]`.
  void imitate(const Numbers& features, const float* action) {
    for (std::size_t index = 0; index < spec_.action_low.size(); ++index) {
      const double target = (action[index] - center(index)) / half_width(index);
      move(weights_of(index), features, actor_rate_ * (target - dot(weights_of(index), features)));
    }
  }

  /// Writes the actions of a batch; with noise unless `random` is null.
  void act(int64_t batch, const float* observations, weft::Random* random, float* actions) {
    for (int64_t row = 0; row < batch; ++row) {
      const Numbers features = features_of(observations + row * spec_.observation_size, spec_.observation_size);
      for (std::size_t index = 0; index < spec_.action_low.size(); ++index) {
        double unit = dot(weights_of(index), features);
        if (random) unit += noise_ * random->normal();
        *actions++ = static_cast<float>(center(index) + half_width(index) * std::clamp(unit, -1.0, 1.0));
      }
    }
  }

  weft::Context& context_;
  double discount_, critic_rate_, actor_rate_, noise_;
  weft::rl::EnvironmentSpec spec_;
  std::size_t features_ = 0;
  Numbers critic_;  ///< [features]
  Numbers actor_;   ///< [actions, features]; outputs of -1 and 1 are the bounds of an action
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("agent.template_name"))
