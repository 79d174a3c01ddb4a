// The units of a model's outputs: normalized targets, and predicting the next observation instead of its change.
#include <ATen/core/grad_mode.h>
#include <cmath>

#include "plugins/model_mlp/model_bench.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::MadeModel;
using testing::make_model;
using testing::normal;
using testing::relative_error;

namespace {

const std::string normalized = "normalize_targets = true\n";
const std::string direct = "predict = \"next\"\n";

/// Four rows whose targets have simple statistics: next observations (1, 10), (2, 20), (3, 40), (4, 50), rewards 0, .1,
/// .1, .2. Every observation is (0, 0), so that changes are next observations, too.
rl::FitData four_rows() {
  rl::FitData data;
  data.observation = at::zeros({4, 2});
  data.action = normal({4, 1}, 1);
  data.next_observation = at::tensor({1.0f, 10.0f, 2.0f, 20.0f, 3.0f, 40.0f, 4.0f, 50.0f}).view({4, 2});
  data.reward = at::tensor({0.0f, 0.1f, 0.1f, 0.2f});
  data.training_rows = 4;
  data.trains_log_variance = true;
  return data;
}

/// Makes the network put out constants: all weights zero, and the last bias as given.
void set_outputs(const MadeModel& model, const std::vector<float>& last_bias) {
  at::Tensor parameters = at::zeros_like(networks(model));
  const auto size = static_cast<int64_t>(last_bias.size());
  parameters.slice(1, -size).copy_(at::tensor(last_bias));
  set_networks(model, parameters);
}

rl::Prediction predict(const MadeModel& model, const at::Tensor& observation, const at::Tensor& action) {
  const at::NoGradGuard no_gradients;
  const rl::Prediction prediction = model->predict(observation, action);
  return {prediction.mean.clone(), prediction.log_variance.defined() ? prediction.log_variance.clone() : at::Tensor()};
}

/// The loss NLL per output, without its constant.
at::Tensor likelihood(const rl::Prediction& prediction, const at::Tensor& target) {
  return (prediction.mean - target).square() * (-prediction.log_variance).exp() + prediction.log_variance;
}

}  // namespace

TEST_CASE("normalized outputs are turned into the units of the targets") {
  const auto model = make_model(
      "members = 1\nelites = 1\nhidden = []\nheads = \"gaussian\"\nmin_log_variance = -60.0\n"
      "max_log_variance = 60.0\n" +
          normalized,
      1, 0, "model.mlp_ensemble", 2, 1);
  const rl::FitData data = four_rows();
  model->begin_fit(data);
  const at::Tensor deviation = model.saved("output_deviation");
  CHECK(at::allclose(model.saved("output_mean"), at::tensor({2.5f, 30.0f, 0.1f}), 1e-6));
  CHECK(at::allclose(deviation, at::tensor({1.11803399f, 15.8113883f, 0.07071068f}), 1e-6));

  set_outputs(model, {0.5f, -1.0f, 0.25f, -2.0f, -2.0f, -2.0f});
  const rl::Prediction found =
      predict(model, data.observation.slice(0, 0, 1).unsqueeze(0), data.action.slice(0, 0, 1).unsqueeze(0));
  CHECK(at::allclose(found.mean.flatten(), at::tensor({3.05901699f, 14.1886117f, 0.11767767f}), 1e-6));
  CHECK(
      at::allclose((found.log_variance.flatten() / 2).exp(), at::tensor({0.41130172f, 5.81668469f, 0.026013f}), 1e-5));
  const at::Tensor losses = likelihood(found, at::tensor({1.0f, 10.0f, 0.0f})).flatten();
  CHECK(at::allclose(losses, at::tensor({23.28416759f, 4.04000915f, 13.16646251f}), 1e-4, 1e-4));
}

TEST_CASE("predictions do not change when the statistics of the targets do") {
  for (const std::string& target : {std::string(), direct})
    for (const char* heads : {"deterministic", "gaussian"}) {
      const auto model = make_model(
          "members = 2\nelites = 1\nhidden = [8]\nmin_log_variance = -60.0\n"
          "max_log_variance = 60.0\nheads = \"" +
          std::string(heads) + "\"\n" + normalized + target);
      rl::FitData data = testing::uneven_rows(60);
      model->begin_fit(data);
      const at::Tensor observation = normal({2, 20, 3}, 1) + 5, action = normal({2, 20, 2}, 2) * 0.1 - 1;
      // A step, so that the moments of Adam are not zero.
      const rl::Prediction first = model->predict(observation, action);
      at::Tensor total = first.mean.square().sum();
      if (first.log_variance.defined()) total = total + first.log_variance.square().sum();
      total.backward();
      model->step({});
      const rl::Prediction before = predict(model, observation, action);
      const at::Tensor first_moment = networks(model, "first_moment"), second_moment = networks(model, "second_moment");
      const at::Tensor old_deviation = model.saved("output_deviation");

      data.next_observation = 3.0 * data.next_observation + 2.0;
      data.reward = 0.01 * data.reward - 7.0;
      model->begin_fit(data);
      const rl::Prediction after = predict(model, observation, action);
      CHECK(at::allclose(after.mean, before.mean, 1e-4, 1e-4));
      if (before.log_variance.defined()) CHECK(at::allclose(after.log_variance, before.log_variance, 1e-4, 1e-4));
      // The moments follow: a gradient scales with the deviation, its square with the square.
      const at::Tensor factor = model.saved("output_deviation") / old_deviation;
      // Of the last bias; the means come before the log-variances.
      const auto means = [&](const at::Tensor& state) {
        return before.log_variance.defined() ? state.slice(1, -8, -4) : state.slice(1, -4);
      };
      CHECK(at::allclose(means(networks(model, "first_moment")), means(first_moment) * factor, 1e-5));
      CHECK(at::allclose(means(networks(model, "second_moment")), means(second_moment) * factor * factor, 1e-5));
    }
}

TEST_CASE("a network for the next observation predicts its difference from the observation") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = []\n" + direct);
  set_outputs(model, {1.0f, -2.0f, 0.5f, 4.0f});
  const at::Tensor observation = normal({1, 30, 3}, 1), action = normal({1, 30, 2}, 2);
  const at::Tensor mean = predict(model, observation, action).mean;
  CHECK(
      at::allclose(mean.slice(-1, 0, 3) + observation, at::tensor({1.0f, -2.0f, 0.5f}).expand({1, 30, 3}), 1e-5, 1e-6));
  CHECK(at::equal(mean.select(-1, 3), at::full({1, 30}, 4.0f)));
  at::Tensor next = at::empty({30, 3}), reward = at::empty({30});
  Random random(1);
  model->sample(30, observation.data_ptr<float>(), action.data_ptr<float>(), random, next.data_ptr<float>(),
                reward.data_ptr<float>());
  CHECK(at::allclose(next, at::tensor({1.0f, -2.0f, 0.5f}).expand({30, 3}), 1e-5, 1e-6));
}

TEST_CASE("gradients of scaled outputs agree with central differences") {
  for (const std::string& options : {normalized, direct, normalized + direct})
    for (const char* heads : {"deterministic", "gaussian"}) {
      INFO(options << heads);
      const auto model = make_model("members = 2\nelites = 1\nhidden = [6]\nactivation = \"tanh\"\nheads = \"" +
                                    std::string(heads) + "\"\n" + options);
      rl::FitData data = testing::uneven_rows(80);
      data.next_observation = data.observation * at::tensor({1.0f, 2.0f, 0.5f}) + 4.0;
      model->begin_fit(data);
      const at::Tensor weight = normal({2, 5, 4}, 3);
      const auto total = [&](const at::Tensor& observation, const at::Tensor& action) {
        const rl::Prediction prediction = model->predict(observation, action);
        at::Tensor sum = (prediction.mean * weight).sum();
        if (prediction.log_variance.defined()) sum = sum + (prediction.log_variance * weight.flip(2)).sum();
        return sum;
      };
      const at::Tensor observation = (normal({2, 5, 3}, 4) + 5).requires_grad_();
      const at::Tensor action = (normal({2, 5, 2}, 5) * 0.1 - 1).requires_grad_();
      total(observation, action).backward();
      const at::NoGradGuard no_gradients;
      const double step = 1e-2;
      for (int64_t index = 0; index < observation.numel(); ++index) {
        at::Tensor moved = observation.detach().clone();
        moved.view({-1})[index] += step;
        const double up = total(moved, action).item<double>();
        moved.view({-1})[index] -= 2 * step;
        const double down = total(moved, action).item<double>();
        CHECK(observation.grad().view({-1})[index].item<double>() ==
              Approx((up - down) / (2 * step)).epsilon(5e-3).margin(5e-3));
      }
    }
}

TEST_CASE("one gradient step equals that of a network whose last layer was scaled by hand") {
  // mean = mu + sd (W h + b): plain gradient descent on W is that on sd W, times sd squared. Adam's first moment holds
  // the gradient.
  const std::string parameters = "members = 1\nelites = 1\nhidden = [5]\n";
  const auto scaled = make_model(parameters + normalized), plain = make_model(parameters);
  rl::FitData data = testing::uneven_rows(80);
  data.next_observation = data.observation + normal({80, 3}, 9) * at::tensor({2.0f, 0.1f, 30.0f});
  scaled->begin_fit(data);
  plain->begin_fit(data);
  const at::Tensor mean = scaled.saved("output_mean"), deviation = scaled.saved("output_deviation");
  at::Tensor weights = networks(scaled).clone();
  weights.slice(1, -24, -4).view({5, 4}).mul_(deviation);
  weights.slice(1, -4).mul_(deviation).add_(mean);
  set_networks(plain, weights);
  const at::Tensor observation = normal({1, 70, 3}, 1) + 5, action = normal({1, 70, 2}, 2) * 0.1 - 1;
  for (const auto* each : {&scaled, &plain}) {
    (*each)->predict(observation, action).mean.pow(3).mean().backward();
    (*each)->step({});
  }
  const at::Tensor found = networks(scaled, "first_moment"), expected = networks(plain, "first_moment").clone();
  expected.slice(1, -24, -4).view({5, 4}).mul_(deviation);
  expected.slice(1, -4).mul_(deviation);
  CHECK(relative_error(found, expected) < 1e-4);
}

TEST_CASE("statistics come from the training rows, and constant targets count as deviation 1") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = []\n" + normalized);
  rl::FitData data = testing::uneven_rows(100);
  data.training_rows = 40;
  data.next_observation = data.observation + normal({100, 3}, 4) * 1e-6f;
  data.next_observation.select(1, 0) = data.observation.select(1, 0) + 2.0f;  // constant up to rounding
  data.next_observation.slice(0, 40) += 1000.0f;                              // validation rows
  model->begin_fit(data);
  const at::Tensor change = (data.next_observation - data.observation).slice(0, 0, 40).to(at::kDouble);
  const at::Tensor mean = model.saved("output_mean"), deviation = model.saved("output_deviation");
  CHECK(deviation[0].item<float>() == 1.0f);
  CHECK(mean[0].item<double>() == Approx(2.0));
  for (const int64_t column : {1, 2}) {
    CHECK(mean[column].item<double>() == Approx(change.select(1, column).mean().item<double>()));
    CHECK(deviation[column].item<double>() == Approx(change.select(1, column).std(false).item<double>()));
    CHECK(deviation[column].item<double>() < 1e-5);
  }
}

TEST_CASE("a model does not sample from log-variances that its last fit did not train") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = [8]\nheads = \"gaussian\"", 2);
  rl::FitData data = testing::uneven_rows(50);
  const at::Tensor observation = data.observation.slice(0, 0, 40), action = data.action.slice(0, 0, 40);
  const auto noise = [&](const MadeModel& from) {
    at::Tensor next = at::empty({40, 3}), reward = at::empty({40});
    Random random(3);
    from->sample(40, observation.data_ptr<float>(), action.data_ptr<float>(), random, next.data_ptr<float>(),
                 reward.data_ptr<float>());
    const at::Tensor mean = predict(from, observation.unsqueeze(0), action.unsqueeze(0)).mean[0];
    return (next - observation - mean.slice(1, 0, 3)).abs().max().item<double>();
  };
  CHECK(noise(model) < 1e-5);  // never fitted
  data.trains_log_variance = true;
  model->begin_fit(data);
  CHECK(noise(model) > 0.5);
  const auto resumed = make_model("members = 1\nelites = 1\nhidden = [8]\nheads = \"gaussian\"", 2);
  testing::Archive archive = model.made->save();
  resumed.made->load(archive);
  CHECK(noise(resumed) == noise(model));
  data.trains_log_variance = false;
  model->begin_fit(data);
  CHECK(noise(model) < 1e-5);
}
