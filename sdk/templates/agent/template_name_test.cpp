// Makes the agent from the built plugin: bounds, what it learns where the answer is known, and its state.
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/testing/bench.h"

namespace {

/// Sizes and bounds alone: one number is seen, actions lie in 0 .. 4.
class OneNumber final : public weft::rl::Environment {
 public:
  OneNumber() {
    spec_.observation_size = spec_.action_size = spec_.state_size = 1;
    spec_.action_low = {0.0};
    spec_.action_high = {4.0};
  }
  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<weft::rl::Simulation> make() const override { throw std::logic_error("nobody steps here"); }
  void terminated(weft::Span<const double>, weft::Span<uint8_t>) const override {}

 private:
  weft::rl::EnvironmentSpec spec_;
};

std::unique_ptr<weft::testing::Made> make(const std::string& parameters = "") {
  static OneNumber environment;
  static const weft::testing::Plugin plugin("template_name");
  return plugin.make("agent.template_name", parameters, {{"env", weft::testing::wire(environment)}});
}

/// Episodes of one step: action 3 is rewarded, action 1 is punished.
void teach(weft::rl::Agent& agent, int updates) {
  const std::vector<float> seen = {0.5f, 0.5f}, action = {3.0f, 1.0f}, reward = {1.0f, -1.0f};
  const std::vector<uint8_t> ends = {1, 1}, cut = {0, 0};
  for (int update = 0; update < updates; ++update)
    agent.update({2, 1, 1, seen.data(), action.data(), seen.data(), reward.data(), ends.data(), cut.data()});
}

float mean_action(weft::rl::Policy& policy) {
  const float seen = 0.5f;
  float action = 0.0f;
  policy.mean(1, &seen, &action);
  return action;
}

}  // namespace

TEST_CASE("it learns to do what was rewarded") {
  const auto made = make();
  auto& policy = made->service<weft::rl::Policy>("policy");
  CHECK(mean_action(policy) == Approx(2.0f));  // the middle, before anything was learned
  teach(made->service<weft::rl::Agent>("agent"), 1000);
  CHECK(mean_action(policy) == Approx(3.0f).margin(0.01));
  CHECK(made->context->metrics.at("td_error").size() == 1000);
}

TEST_CASE("samples lie inside the bounds and depend on the random stream alone") {
  const auto made = make("noise = 5.0");
  auto& policy = made->service<weft::rl::Policy>("policy");
  const std::vector<float> seen(100, 0.5f);
  std::vector<float> one(100), other(100);
  weft::Random first(3), second(3);
  policy.sample(100, seen.data(), first, one.data());
  policy.sample(100, seen.data(), second, other.data());
  CHECK(one == other);
  CHECK(*std::min_element(one.begin(), one.end()) == 0.0f);
  CHECK(*std::max_element(one.begin(), one.end()) == 4.0f);
}

TEST_CASE("a loaded copy goes on with the same bits") {
  const auto made = make(), copy = make();
  teach(made->service<weft::rl::Agent>("agent"), 10);
  weft::testing::Archive archive = made->save();
  copy->load(archive);
  teach(made->service<weft::rl::Agent>("agent"), 10);
  teach(copy->service<weft::rl::Agent>("agent"), 10);
  CHECK((copy->save().entries == made->save().entries));
}
