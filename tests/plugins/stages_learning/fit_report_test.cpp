// stage.fit_model: what a fit records, passes on and reports.
#include "plugins/stages_learning/fit_bench.h"

using namespace weft;
using namespace weft::testing;

TEST_CASE("a fit records its errors on the validation rows") {
  // After one epoch the members predict 1 for the change of both dimensions and for the reward; it is (1, 0).
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1\nvalidation = 0.2");
  fit.made->stage().run();
  CHECK(fit.metric("mse") == Approx(0.5));
  CHECK(fit.metric("value_error") == Approx(0.0).margin(1e-9));
  const rl::FitData& data = fit.loss.fits.at(0);
  double reward = 0.0;
  for (int64_t row = 24; row < 30; ++row) {
    const double error = static_cast<double>(data.reward.data_ptr<float>()[row]) - 1.0;
    reward += error * error / 6.0;
  }
  CHECK(fit.metric("reward_mse") == Approx(reward));

  // After two epochs the first dimension is off by 1: (4 + 9) / 2.
  Fit second(2, 30, {{2.0f, 2.0f}, {1.0f, 1.0f}}, "max_epochs = 2");
  second.made->stage().run();
  CHECK(second.metric("value_error") == Approx(6.5));
  // The reward is off by 2 - r, the values by 2 and -3, which terminated rows do not bootstrap from.
  const rl::FitData& measured = second.loss.fits.at(0);
  double target = 0.0;
  for (int64_t row = measured.training_rows; row < 30; ++row) {
    const double off = 2.0 - static_cast<double>(measured.reward.data_ptr<float>()[row]);
    const double gamma = measured.terminated[row].item<bool>() ? 0.0 : 0.99;
    target += (std::pow(off + gamma * 2.0, 2) + std::pow(off - gamma * 3.0, 2)) / 2.0;
  }
  CHECK(second.metric("td_error") == Approx(target / static_cast<double>(30 - measured.training_rows)));
}

TEST_CASE("a model learns whether the loss trains its log-variances; a note says if not") {
  for (const bool trains : {false, true}) {
    Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1");
    CHECK(fit.made->context->messages.empty());
    fit.model.gaussian = true;
    fit.loss.gaussian = trains;
    const std::unique_ptr<Made> made = stages().make("stage.fit_model", "max_epochs = 1", fit.wires());
    made->stage().run();
    CHECK(fit.model.trains_log_variance == trains);
    CHECK(fit.loss.fits.back().trains_log_variance == trains);
    const std::vector<std::string> expected{
        "the loss does not train the log-variances that the model predicts, so rollouts in the model have no noise; "
        "loss.nll trains them"};
    CHECK(made->context->messages == (trains ? std::vector<std::string>() : expected));
  }
}

TEST_CASE("the fit data says which rows terminated") {
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1");
  fit.made->stage().run();
  const rl::FitData& data = fit.loss.fits.at(0);
  REQUIRE(data.terminated.scalar_type() == at::kBool);
  REQUIRE(data.terminated.numel() == 30);
  int64_t count = 0;
  for (int64_t row = 0; row < 30; ++row) {
    const bool expected = data.observation[row][0].item<int>() % 4 == 3;
    CHECK(data.terminated[row].item<bool>() == expected);
    count += expected ? 1 : 0;
  }
  CHECK(count > 0);
}

TEST_CASE("fit_model reports errors") {
  const float infinity = std::numeric_limits<float>::infinity();
  Fit fit(2, 1, {{1.0f, 1.0f}}, "");
  CHECK_THROWS_WITH(fit.made->stage().run(),
                    Contains("has 1 rows; a fit needs at least 2") && Contains("'from' in its schedule entry"));
  fit.data.rows = 2;
  fit.loss.factor = infinity;
  CHECK_THROWS_WITH(fit.made->stage().run(), Contains("the loss of member 0 is not finite"));
  Fit stuck(2, 10, {{1.0f, 1.0f}}, "");
  stuck.loss.detached = true;
  CHECK_THROWS_WITH(stuck.made->stage().run(), Contains("the loss is not differentiable in the prediction"));
  CHECK(stuck.made->context->charged == 1);
  // A prediction without gradients is the model's fault, not the loss's.
  Fit frozen(2, 10, {{1.0f, 1.0f}}, "");
  frozen.model.detached = true;
  CHECK_THROWS_WITH(frozen.made->stage().run(), Contains("the model predicts a mean without gradients"));
  CHECK(frozen.made->context->charged == 1);
  frozen.model.detached = false;
  frozen.model.gaussian = frozen.model.detached_variance = true;
  CHECK_NOTHROW(frozen.made->stage().run());  // this loss does not train it
  frozen.loss.gaussian = true;
  CHECK_THROWS_WITH(frozen.made->stage().run(), Contains("the model predicts a log-variance without gradients"));
  Fit scores(2, 10, {{1.0f, infinity}}, "");
  CHECK_THROWS_WITH(scores.made->stage().run(), Contains("the validation score of member 1 is not finite"));
  scores.model.observations = 3;
  CHECK_THROWS_WITH(scores.made->stage().run(),
                    Contains("have observation size 2 and action size 1, but the model has 3 and 1"));
  CHECK(scores.made->context->charged == 0);
  fit.loss.gaussian = true;
  try {
    stages().make("stage.fit_model", "", fit.wires());
    FAIL("a model without log-variances was accepted");
  } catch (const SetupError& error) {
    CHECK(error.key() == "loss");
    CHECK_THAT(error.what(), Contains("heads = \"gaussian\""));
  }
}
