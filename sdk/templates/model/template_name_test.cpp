// Makes the model from the built plugin and tests that it learns a quadratic system, that members are independent, and
// that a loaded copy continues bit for bit.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>

#include <vector>

#include "weft/rl/environment.h"
#include "weft/rl/model.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch_torch.h"

namespace {

/// Defines only sizes: observations and actions of one number.
class OneNumber final : public weft::rl::Environment {
 public:
  OneNumber() {
    spec_.observation_size = spec_.action_size = spec_.state_size = 1;
    spec_.action_low = {-1.0};
    spec_.action_high = {1.0};
  }
  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<weft::rl::Simulation> make() const override {
    throw std::logic_error("this test makes no simulation");
  }
  void terminated(weft::Span<const double>, weft::Span<uint8_t>) const override {}

 private:
  weft::rl::EnvironmentSpec spec_;
};

std::unique_ptr<weft::testing::Made> make() {
  static OneNumber environment;
  static const weft::testing::Plugin plugin("template_name");
  return plugin.make("model.template_name", "members = 2\nelites = 1", {{"env", weft::testing::wire(environment)}});
}

/// 64 rows of a system in which the observation s changes by s a / 2 and the reward is -s^2.
struct System {
  at::Tensor observation = at::arange(64, at::kFloat).remainder(8).div(4).sub(1).view({64, 1});
  at::Tensor action = at::arange(64, at::kFloat).div(8).floor().div(4).sub(1).view({64, 1});
  at::Tensor target = at::cat({observation * action / 2, -observation* observation}, 1);

  weft::rl::FitData data() const {
    weft::rl::FitData data;
    data.observation = observation;
    data.action = action;
    data.next_observation = observation + target.select(1, 0).view({64, 1});
    data.reward = target.select(1, 1);
    data.training_rows = 64;
    return data;
  }
};

/// Makes `steps` optimizer steps on the losses of `members`; returns the loss of every member, [2], afterwards.
at::Tensor fit(weft::rl::DynamicsModel& model, int steps, const std::vector<int64_t>& members = {0, 1}) {
  const System system;
  const auto losses = [&] {
    const at::Tensor mean = model.predict(system.observation.expand({2, 64, 1}), system.action.expand({2, 64, 1})).mean;
    return (mean - system.target).square().mean(-1).mean(-1);
  };
  model.begin_fit(system.data());
  for (int step = 0; step < steps; ++step) {
    const at::Tensor current = losses();
    at::Tensor sum = current.select(0, members.front());
    for (std::size_t index = 1; index < members.size(); ++index) sum = sum + current.select(0, members[index]);
    sum.backward();
    model.step({0.03});
  }
  return losses().detach();
}

}  // namespace

TEST_CASE("the model learns a quadratic system") {
  const auto made = make();
  auto& model = made->service<weft::rl::DynamicsModel>("model");
  const float before = fit(model, 0).sum().item<float>();
  const float after = fit(model, 300).sum().item<float>();
  CHECK(before > 0.1f);
  CHECK(after < 1e-3f);

  weft::Random random(1);
  const float observation = 0.5f, action = -0.5f;
  float next = 0.0f, reward = 0.0f;
  model.sample(1, &observation, &action, random, &next, &reward);
  CHECK(next == Approx(0.5 - 0.125).margin(0.05));
  CHECK(reward == Approx(-0.25).margin(0.05));
}

TEST_CASE("training or restoring one member does not change the other") {
  const auto made = make();
  auto& model = made->service<weft::rl::DynamicsModel>("model");
  const at::Tensor before = fit(model, 0);
  model.snapshot(0);
  const at::Tensor after = fit(model, 20, {0});
  CHECK(after[0].item<float>() < before[0].item<float>());
  CHECK(after[1].item<float>() == before[1].item<float>());
  model.restore(0);
  CHECK(fit(model, 0).equal(before));
}

TEST_CASE("a loaded copy continues bit for bit") {
  const auto made = make(), copy = make();
  fit(made->service<weft::rl::DynamicsModel>("model"), 10);
  weft::testing::Archive archive = made->save();
  copy->load(archive);
  fit(made->service<weft::rl::DynamicsModel>("model"), 10);
  fit(copy->service<weft::rl::DynamicsModel>("model"), 10);
  CHECK((copy->save().entries == made->save().entries));
}
