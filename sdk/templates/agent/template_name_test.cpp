// Makes the agent from the built plugin and tests its bounds, its learning on a problem with a known answer, and its
// state.
#include <stdexcept>
#include <vector>

#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

namespace {

/// Defines only sizes and bounds: observations and actions of one number, actions from 0 to 4.
class OneNumber final : public weft::rl::Environment {
 public:
  OneNumber() {
    spec_.observation_size = spec_.action_size = spec_.state_size = 1;
    spec_.action_low = {0.0};
    spec_.action_high = {4.0};
  }
  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<weft::rl::Simulation> make() const override {
    throw std::logic_error("this test makes no simulation");
  }
  void terminated(weft::Span<const double>, weft::Span<uint8_t>) const override {}

 private:
  weft::rl::EnvironmentSpec spec_;
};

std::unique_ptr<weft::testing::Made> make(const std::string& parameters = "") {
  static OneNumber environment;
  static const weft::testing::Plugin plugin("template_name");
  return plugin.make("agent.template_name", parameters, {{"env", weft::testing::wire(environment)}});
}

/// Trains on episodes of one step: action 3 has reward 1, action 1 has reward -1.
void train(weft::rl::Agent& agent, int updates) {
  const std::vector<float> observation = {0.5f, 0.5f}, action = {3.0f, 1.0f}, reward = {1.0f, -1.0f};
  const std::vector<uint8_t> terminated = {1, 1}, truncated = {0, 0};
  for (int update = 0; update < updates; ++update)
    agent.update({2, 1, 1, observation.data(), action.data(), observation.data(), reward.data(), terminated.data(),
                  truncated.data()});
}

float mean_action(weft::rl::Policy& policy) {
  const float observation = 0.5f;
  float action = 0.0f;
  policy.deterministic(1, &observation, &action);
  return action;
}

}  // namespace

TEST_CASE("the mean action moves to the action with the higher reward") {
  const auto made = make();
  auto& policy = made->service<weft::rl::Policy>("policy");
  CHECK(mean_action(policy) == Approx(2.0f));  // the center of the range, before any update
  train(made->service<weft::rl::Agent>("agent"), 1000);
  CHECK(mean_action(policy) == Approx(3.0f).margin(0.01));
  CHECK(made->context->metrics.at("td_error").size() == 1000);
}

TEST_CASE("samples lie inside the bounds, and equal random engines give equal samples") {
  const auto made = make("noise = 5.0");
  auto& policy = made->service<weft::rl::Policy>("policy");
  const std::vector<float> observations(100, 0.5f);
  std::vector<float> actions(100), repeated(100);
  weft::Random first(3), second(3);
  policy.sample(100, observations.data(), first, actions.data());
  policy.sample(100, observations.data(), second, repeated.data());
  CHECK(actions == repeated);
  CHECK(*std::min_element(actions.begin(), actions.end()) == 0.0f);
  CHECK(*std::max_element(actions.begin(), actions.end()) == 4.0f);
}

TEST_CASE("a loaded copy continues bit for bit") {
  const auto made = make(), copy = make();
  train(made->service<weft::rl::Agent>("agent"), 10);
  weft::testing::Archive archive = made->save();
  copy->load(archive);
  train(made->service<weft::rl::Agent>("agent"), 10);
  train(copy->service<weft::rl::Agent>("agent"), 10);
  CHECK((copy->save().entries == made->save().entries));
}
