// The fast path against plain LibTorch.
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "plugins/model_mlp/model_bench.h"
#include "reference/ensemble_reference.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::make_model;
using testing::normal;
using testing::relative_error;

namespace {

struct Case {
  int64_t members, batch;
  std::vector<int64_t> hidden;
  std::string activation;
  bool gaussian;
  int64_t n = 3, m = 2;
};

std::string parameters_of(const Case& c) {
  std::string hidden;
  for (const int64_t size : c.hidden) hidden += std::to_string(size) + ", ";
  return "members = " + std::to_string(c.members) + "\nelites = 1\nhidden = [" + hidden + "]\nactivation = \"" +
         c.activation + "\"\nheads = \"" + (c.gaussian ? "gaussian" : "deterministic") + "\"";
}

/// A loss that uses every output, each with its own weight.
at::Tensor total(const rl::Prediction& prediction) {
  const at::Tensor weight = normal(prediction.mean.sizes().vec(), 81);
  at::Tensor sum = ((prediction.mean - weight).square() * (weight + 2)).mean(1).sum();
  if (prediction.log_variance.defined()) sum = sum + (prediction.log_variance.exp() * weight).mean(1).sum();
  return sum;
}

/// Compares each layer of each member separately, so that a wrong bias cannot hide behind large weights.
void check_layers(const Case& c, const at::Tensor& found, const at::Tensor& expected) {
  std::vector<int64_t> sizes{c.n + c.m};
  sizes.insert(sizes.end(), c.hidden.begin(), c.hidden.end());
  sizes.push_back((c.n + 1) * (c.gaussian ? 2 : 1));
  for (int64_t member = 0; member < c.members; ++member) {
    int64_t begin = 0;
    for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer)
      for (const int64_t count : {sizes[layer] * sizes[layer + 1], sizes[layer + 1]}) {
        CAPTURE(member, layer, count);
        CHECK(relative_error(found[member].slice(0, begin, begin + count),
                             expected[member].slice(0, begin, begin + count)) < 1e-5);
        begin += count;
      }
    REQUIRE(begin == expected.size(1));
  }
}

/// In double precision, so that the error is that of the fast path alone.
reference::Ensemble reference_of(const Case& c, const testing::MadeModel& model, const at::Tensor& inputs) {
  reference::Ensemble plain({c.members, c.n + c.m, c.hidden, c.n + 1, c.activation, c.gaussian},
                            networks(model).to(at::kDouble));
  plain.mean = inputs.mean(0);
  plain.deviation = inputs.std(0);
  return plain;
}

void compare(const Case& c) {
  INFO(parameters_of(c) << "\nbatch " << c.batch);
  const auto model = make_model(parameters_of(c), 2, 5, "model.mlp_ensemble", c.n, c.m);
  const rl::FitData data = testing::uneven_rows(200, c.n, c.m);
  model->begin_fit(data);
  const at::Tensor inputs = at::cat({data.observation, data.action}, 1).to(at::kDouble);
  reference::Ensemble steady = reference_of(c, model, inputs);

  rl::AdamSettings settings;
  settings.weight_decay = 0.01;
  settings.epsilon = 1e-3;  // with 1e-8, steps turn rounding errors of tiny gradients into large differences
  for (uint64_t step = 0; step < 4; ++step) {
    CAPTURE(step);
    const at::Tensor observation = (normal({c.members, c.batch, c.n}, 10 * step) * 2 + 5).requires_grad_();
    const at::Tensor action = (normal({c.members, c.batch, c.m}, 10 * step + 1) * 0.1 - 1).requires_grad_();
    const at::Tensor observation2 = observation.detach().to(at::kDouble).requires_grad_();
    const at::Tensor action2 = action.detach().to(at::kDouble).requires_grad_();
    const reference::Ensemble plain = reference_of(c, model, inputs);  // from the weights of this step
    const rl::Prediction found = model->predict(observation, action);
    const rl::Prediction expected = plain.predict(observation2, action2);
    CHECK(relative_error(found.mean, expected.mean) < 1e-5);
    if (c.gaussian) {
      CHECK(relative_error(found.log_variance, expected.log_variance) < 1e-5);
    }
    {
      const at::NoGradGuard no_gradients;
      const rl::Prediction again = model->predict(observation, action);  // keeps nothing and changes nothing
      CHECK(relative_error(again.mean, expected.mean) < 1e-5);
      CHECK_FALSE(again.mean.requires_grad());
    }
    total(found).backward();
    total(expected).backward();
    CHECK(relative_error(observation.grad(), observation2.grad()) < 1e-5);
    CHECK(relative_error(action.grad(), action2.grad()) < 1e-5);
    // The first moment contains the gradient.
    const at::Tensor gradient = plain.gradients() + 0.01 * plain.parameters();
    const at::Tensor moment = 0.9 * networks(model, "first_moment") + 0.1 * gradient;
    model->step(settings);
    check_layers(c, networks(model, "first_moment"), moment);
    total(steady.predict(observation2, action2)).backward();
    steady.step(settings);
    CHECK(relative_error(networks(model), steady.parameters()) < 1e-5);
  }
}

}  // namespace

TEST_CASE("forward, gradients and Adam steps equal plain LibTorch's") {
  for (const char* activation : {"relu", "silu", "tanh"})
    for (const bool gaussian : {false, true}) {
      compare({3, 33, {17, 9}, activation, gaussian});
      compare({1, 1, {17, 9}, activation, gaussian});
      compare({1, 130, {33, 1, 20}, activation, gaussian, 11, 3});
      compare({2, 1, {16}, activation, gaussian, 1, 1});
    }
}

TEST_CASE("odd shapes also equal plain LibTorch's") {
  compare({1, 1, {5}, "silu", true});
  compare({1, 3, {5}, "tanh", false, 1, 1});
  compare({2, 63, {1, 7, 3}, "silu", true});
  compare({2, 64, {31}, "silu", true});  // divided into two parts
  compare({3, 257, {20, 20}, "relu", true, 11, 3});
  compare({2, 65, {}, "silu", false});  // linear
  compare({7, 256, {40, 40, 40, 40}, "silu", true, 11, 3});
}

TEST_CASE("the reported work of a step is that of its matrix products") {
  const auto model = make_model("heads = \"gaussian\"", 1, 0, "model.mlp_ensemble", 11, 3);
  const at::Tensor observation = normal({7, 256, 11}, 1), action = normal({7, 256, 3}, 2);
  total(model->predict(observation, action)).backward();
  constexpr double forward = 127'600, input_gradients = 124'800;  // multiply-adds per row
  double& flop = model.made->context->done["FLOP"];
  CHECK(flop == 2.0 * 7 * 256 * (2 * forward + input_gradients));
  flop = 0.0;
  std::vector<float> next(11 * 100), reward(100);
  Random random(1);
  model->sample(100, observation.data_ptr<float>(), action.data_ptr<float>(), random, next.data(), reward.data());
  CHECK(flop == 2.0 * 100 * forward);
}

TEST_CASE("a gaussian model accepts gradients of its mean only") {
  const Case c{2, 8, {6}, "silu", true};
  const auto model = make_model(parameters_of(c));
  reference::Ensemble plain({2, 5, {6}, 4, "silu", true}, networks(model));
  const at::Tensor observation = normal({2, 8, 3}, 1), action = normal({2, 8, 2}, 2);
  model->predict(observation, action).mean.square().sum().backward();
  plain.predict(observation, action).mean.square().sum().backward();
  model->step({});
  CHECK(relative_error(networks(model, "first_moment"), 0.1 * plain.gradients()) < 1e-5);
}

TEST_CASE("gradients of several backward passes add up until the step") {
  const auto model = make_model("members = 2\nelites = 1\nhidden = [6]");
  const auto at_once = make_model("members = 2\nelites = 1\nhidden = [6]");
  // Batches of 4 and of 128: only the second is divided into two parts.
  const at::Tensor few = normal({2, 4, 5}, 1), many = normal({2, 128, 5}, 2);
  const auto loss = [](const rl::Prediction& prediction) { return prediction.mean.square().sum(); };
  const auto predict = [](const testing::MadeModel& from, const at::Tensor& rows) {
    return from->predict(rows.slice(-1, 0, 3), rows.slice(-1, 3));
  };
  rl::AdamSettings settings;
  settings.epsilon = 1e-3;
  for (int step = 0; step < 2; ++step) {
    loss(predict(model, few)).backward();
    loss(predict(model, many)).backward();
    loss(predict(model, few)).backward();
    model->step(settings);
    loss(predict(at_once, at::cat({few, many, few}, 1))).backward();
    at_once->step(settings);
    CHECK(relative_error(networks(model, "first_moment"), networks(at_once, "first_moment")) < 1e-5);
  }
  CHECK_THROWS_WITH(model->step({}), "step() was called without a gradient; call backward() first");
}

TEST_CASE("gradients of only the inputs leave no gradient of the parameters") {
  const auto model = make_model("members = 2\nelites = 1\nhidden = [6]");
  const at::Tensor observation = normal({2, 4, 3}, 1).requires_grad_(), action = normal({2, 4, 2}, 2);
  const rl::Prediction prediction = model->predict(observation, action);
  const auto gradient = torch::autograd::grad({prediction.mean.sum()}, {observation});
  CHECK(gradient[0].abs().max().item<float>() > 0.0f);
  CHECK_THROWS_AS(model->step({}), Error);
}

TEST_CASE("the rows and gradients of a member do not affect other members") {
  const std::string parameters = "members = 3\nelites = 1\nhidden = [8]\nheads = \"gaussian\"";
  const auto model = make_model(parameters), other = make_model(parameters);
  const at::Tensor before = networks(model);
  const at::Tensor observation = normal({3, 70, 3}, 1), action = normal({3, 70, 2}, 2);
  at::Tensor changed = observation.clone();
  changed[1] += 1.0;
  total(model->predict(observation, action)).backward();
  total(other->predict(changed, action)).backward();
  model->step({});
  other->step({});
  const at::Tensor a = networks(model), b = networks(other);
  CHECK(at::equal(a[0], b[0]));
  CHECK_FALSE(at::equal(a[1], b[1]));
  CHECK(at::equal(a[2], b[2]));
  for (int64_t member = 0; member < 3; ++member) CHECK_FALSE(at::equal(a[member], before[member]));
}

TEST_CASE("training gives the same bytes for any number of threads") {
  // Three threads take a member each; with two or four, members remain, whose rows go to two threads. The last batch is
  // so large that matrix products sum it in several blocks.
  const std::string parameters = "members = 3\nelites = 2\nhidden = [32, 200]\nheads = \"gaussian\"";
  for (const int threads : {2, 3, 4}) {
    CAPTURE(threads);
    const auto one = make_model(parameters, 1), other = make_model(parameters, threads);
    for (uint64_t step = 0; step < 3; ++step) {
      for (const int64_t batch : {150, 40, 512, 1030}) {
        const at::Tensor observation = normal({3, batch, 3}, 2 * step), action = normal({3, batch, 2}, 2 * step + 1);
        for (const auto* model : {&one, &other}) total((*model)->predict(observation, action)).backward();
      }
      for (const auto* model : {&one, &other}) (*model)->step({});
    }
    CHECK(testing::same_state(one, other));
  }
}

TEST_CASE("rows shared by all members need no copies") {
  const auto model = make_model("members = 3\nelites = 1\nhidden = [8]\nheads = \"gaussian\"");
  const at::Tensor observation = normal({700, 3}, 1), action = normal({700, 2}, 2);
  const at::Tensor shared = observation.unsqueeze(0).expand({3, 700, 3});
  const at::NoGradGuard no_gradients;
  const rl::Prediction expanded = model->predict(shared, action.unsqueeze(0).expand({3, 700, 2}));
  const rl::Prediction copied = model->predict(shared.contiguous(), action.repeat({3, 1, 1}));
  CHECK(at::equal(expanded.mean, copied.mean));
  CHECK(at::equal(expanded.log_variance, copied.log_variance));
  // Columns that are not contiguous.
  const at::Tensor strided = shared.transpose(1, 2).contiguous().transpose(1, 2);
  CHECK(at::equal(model->predict(strided, action.repeat({3, 1, 1})).mean, copied.mean));
}
