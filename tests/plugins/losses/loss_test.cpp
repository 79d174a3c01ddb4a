#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "plugins/losses/loss_bench.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::batch_of;
using testing::make_loss;
using testing::normal;
using testing::QuadraticValue;
using testing::random_fit;

namespace {

/// A value function with curvature, gradients and two different heads.
QuadraticValue curved_value(int64_t n) {
  const at::Tensor half = normal({2, n, n}, 11);
  return {half + half.transpose(1, 2), normal({2, n}, 12)};
}

/// Compares autograd with central differences, in double, for the sum of all losses.
void check_gradient(rl::LossFit& loss, const at::Tensor& prediction, const rl::MemberBatch& batch,
                    const at::Tensor& log_variance = {}) {
  const at::Tensor input = prediction.to(at::kDouble).requires_grad_();
  const at::Tensor variance = log_variance.defined() ? log_variance.to(at::kDouble).requires_grad_() : log_variance;
  const auto total = [&] { return loss.loss({input, variance}, batch).sum(); };
  std::vector<at::Tensor> inputs{input};
  if (variance.defined()) inputs.push_back(variance);
  const std::vector<at::Tensor> gradients = torch::autograd::grad({total()}, inputs);
  const at::NoGradGuard no_gradients;
  for (std::size_t which = 0; which < inputs.size(); ++which) {
    double* const values = inputs[which].data_ptr<double>();
    const double* const expected = gradients[which].data_ptr<double>();
    for (int64_t index = 0; index < inputs[which].numel(); ++index) {
      const double kept = values[index];
      values[index] = kept + 1e-5;
      const double above = total().item<double>();
      values[index] = kept - 1e-5;
      const double below = total().item<double>();
      values[index] = kept;
      CHECK((above - below) / 2e-5 == Approx(expected[index]).epsilon(1e-5).margin(1e-6));
    }
  }
}

}  // namespace

TEST_CASE("mse is the mean over the state plus the reward error") {
  const auto loss = make_loss("mse");
  rl::MemberBatch batch;
  batch.target = at::zeros({1, 1, 3});
  const at::Tensor mean = at::tensor({1.0f, 3.0f, 2.0f}).view({1, 1, 3});
  CHECK(loss->loss({mean, {}}, batch).item<float>() == Approx((1.0 + 9.0) / 2 + 4.0));
  CHECK_FALSE(loss->trains_log_variance());
}

TEST_CASE("nll of one element, and its score") {
  const auto loss = make_loss("nll");
  CHECK(loss->trains_log_variance());
  rl::MemberBatch batch;
  batch.target = at::tensor({1.0f, 0.5f, 0.0f}).view({1, 1, 3});
  const at::Tensor mean = at::tensor({0.3f, 0.5f, 2.0f}).view({1, 1, 3});
  const at::Tensor log_variance = at::tensor({-1.0f, -2.0f, 0.0f}).view({1, 1, 3});
  // The first element is the reference's .33195810; the second has no error, the reward an error of 2.
  CHECK(loss->loss({mean, log_variance}, batch).item<float>() == Approx((0.33195810 - 2.0) / 2 + 4.0));
  CHECK(loss->score({mean, log_variance}, batch).item<float>() == Approx(0.49 / 2 + 4.0));
}

TEST_CASE("reward_weight is the factor of the reward's term of every loss") {
  const rl::FitData data = random_fit(16, 3);
  QuadraticValue value = curved_value(3);
  const rl::MemberBatch batch = batch_of(data, at::tensor({3, 9, 1, 3, 15, 0}, at::kLong).view({2, 3}));
  const rl::Prediction prediction{batch.target + normal(batch.target.sizes().vec(), 21),
                                  0.3 * normal(batch.target.sizes().vec(), 22)};
  rl::Prediction other = prediction;
  other.mean = prediction.mean.clone();
  other.mean.select(-1, -1) += 2.0;
  const auto losses = [&](const char* name, const std::string& parameters) {
    const auto loss = make_loss(name, parameters, &value);
    const auto loss_fit = loss->prepare(data);
    return std::pair{loss_fit->loss(prediction, batch), loss_fit->loss(other, batch)};
  };
  for (const char* name : {"mse", "nll", "itervaml", "vagram"}) {
    CAPTURE(name);
    const auto [plain, plain_moved] = losses(name, "");
    const auto [weighted, weighted_moved] = losses(name, "reward_weight = 0.25");
    const auto [none, none_moved] = losses(name, "reward_weight = 0.0");
    CHECK(at::allclose(weighted_moved - weighted, 0.25 * (plain_moved - plain), 1e-4, 1e-5));
    CHECK(at::equal(none, none_moved));
    CHECK(at::allclose(none, plain - (plain - weighted) / 0.75, 1e-4, 1e-5));
  }
}

TEST_CASE("itervaml leaves terminal rows to the reward if asked") {
  rl::FitData data = random_fit(4, 3);
  data.terminated = at::tensor({0, 1, 0, 1}).to(at::kBool);
  QuadraticValue value = curved_value(3);
  const rl::MemberBatch batch = batch_of(data, at::arange(4).unsqueeze(0));
  const rl::Prediction prediction{batch.target + 0.5, {}};
  const auto as_is = make_loss("itervaml", "", &value),
             zero = make_loss("itervaml", "terminal_rows = \"zero\"", &value);
  const auto as_is_fit = as_is->prepare(data);
  const auto zero_fit = zero->prepare(data);
  const at::Tensor all = as_is_fit->loss(prediction, batch).flatten(),
                   some = zero_fit->loss(prediction, batch).flatten();
  for (const int64_t row : {0, 2}) CHECK(some[row].item<float>() == all[row].item<float>());
  for (const int64_t row : {1, 3}) CHECK(some[row].item<float>() == Approx(0.25));
}

TEST_CASE("each loss has the gradient of its value") {
  const int64_t n = 3;
  const rl::FitData data = random_fit(16, n);
  QuadraticValue value = curved_value(n);
  const rl::MemberBatch batch = batch_of(data, at::tensor({3, 9, 1, 3, 15, 0}, at::kLong).view({2, 3}));
  const at::Tensor prediction = normal({2, 3, n + 1}, 5);
  const auto check = [&](const char* name, const char* parameters, const at::Tensor& log_variance) {
    INFO(name << " " << parameters);
    const auto loss = make_loss(name, parameters, &value);
    const auto loss_fit = loss->prepare(data);
    check_gradient(*loss_fit, prediction, batch, log_variance);
  };
  check("mse", "", {});
  check("nll", "", normal({2, 3, n + 1}, 6));
  check("itervaml", "", {});
  check("vagram", "", {});
  check("vagram", "form = \"inner\"\nwarmup_mse = 5", {});
  check("vagram", "normalize = true", {});
}

TEST_CASE("itervaml is the squared difference of values, averaged over heads, plus the reward error") {
  const int64_t n = 2;
  // V(s) = |s|^2 / 2 in one head, 3 s_0 in the other.
  QuadraticValue value(at::stack({at::eye(n), at::zeros({n, n})}), at::tensor({0.f, 0.f, 3.f, 0.f}).view({2, 2}));
  rl::FitData data = random_fit(4, n);
  const auto loss = make_loss("itervaml", "", &value);
  const auto loss_fit = loss->prepare(data);
  CHECK(value.value_calls == 1);
  const rl::MemberBatch batch = batch_of(data, at::full({1, 1}, 2, at::kLong));
  const at::Tensor observed = batch.next_observation.flatten().to(at::kDouble);
  const at::Tensor predicted = observed + at::tensor({0.1, -0.3}, at::kDouble);
  at::Tensor mean = batch.target.clone();
  mean.flatten().slice(0, 0, n) += at::tensor({0.1f, -0.3f});
  mean.flatten()[n] += 0.5f;
  const double by_norm = (predicted.square().sum() - observed.square().sum()).item<double>() / 2;
  const double expected = (by_norm * by_norm + 0.3 * 0.3) / 2 + 0.25;
  CHECK(loss_fit->loss({mean, {}}, batch).item<double>() == Approx(expected).epsilon(1e-4));
}

TEST_CASE("for a linear value function, itervaml, inner vagram and the value error agree") {
  const int64_t n = 5;
  const at::Tensor gradient = normal({3, n}, 21);
  QuadraticValue value = QuadraticValue::linear(gradient);
  const rl::FitData data = random_fit(20, n);
  const auto itervaml = make_loss("itervaml", "", &value);
  const auto inner =
      make_loss("vagram", "form = \"inner\"", &value);  // all norms of a head are equal, so nothing is clipped
  const auto itervaml_fit = itervaml->prepare(data);
  const auto inner_fit = inner->prepare(data);
  const rl::MemberBatch batch = batch_of(data, at::tensor({1, 19, 4, 4, 0, 7}, at::kLong).view({2, 3}));
  const rl::Prediction prediction{batch.target + normal({2, 3, n + 1}, 22) * 0.5, {}};
  const at::Tensor error = prediction.mean - batch.target;
  const at::Tensor along = at::matmul(error.slice(-1, 0, n), gradient.t());  // [members, batch, heads]
  const at::Tensor expected = along.square().mean(-1) + error.select(-1, n).square();
  CHECK(at::allclose(itervaml_fit->loss(prediction, batch), expected, 1e-4, 1e-5));
  CHECK(at::allclose(inner_fit->loss(prediction, batch), expected, 1e-4, 1e-5));
}

TEST_CASE("the inner form misses half the squared error of a quadratic value, exactly") {
  const int64_t n = 2;
  QuadraticValue value(at::eye(n).unsqueeze(0), at::zeros({1, n}));  // V = |s|^2 / 2: the gradient is s itself
  rl::FitData data = random_fit(4, n);
  data.next_observation = at::zeros({4, n});
  const rl::MemberBatch batch = batch_of(data, at::arange(4).view({1, 4}));
  const at::Tensor error = normal({4, n}, 31);
  const rl::Prediction prediction = testing::prediction_with_error(batch, error);
  const auto inner = make_loss("vagram", "form = \"inner\"", &value);
  const auto itervaml = make_loss("itervaml", "", &value);
  const auto inner_fit = inner->prepare(data);
  const auto itervaml_fit = itervaml->prepare(data);
  // At s' = 0 the gradient vanishes, so the whole value error is the remainder, |e|^2 / 2.
  CHECK(inner_fit->loss(prediction, batch).abs().max().item<float>() < 1e-10f);
  const at::Tensor remainder = error.square().sum(-1) / 2;
  CHECK(at::allclose(itervaml_fit->loss(prediction, batch).flatten(), remainder.square(), 1e-4, 1e-6));
}

TEST_CASE("each member is weighted by its own rows, found by number and not by position") {
  const int64_t n = 3;
  const rl::FitData data = random_fit(12, n);
  QuadraticValue value = curved_value(n);
  const at::Tensor row = at::tensor({7, 2, 11, 0}, at::kLong).view({2, 2});
  const rl::MemberBatch batch = batch_of(data, row);
  const rl::Prediction prediction{batch.target + normal({2, 2, n + 1}, 41), {}};
  for (const char* name : {"itervaml", "vagram"}) {
    INFO(name);
    const auto loss = make_loss(name, "", &value);
    const auto loss_fit = loss->prepare(data);
    const at::Tensor together = loss_fit->loss(prediction, batch);
    for (int64_t member = 0; member < 2; ++member) {
      for (int64_t place = 0; place < 2; ++place) {
        const rl::MemberBatch alone = batch_of(data, row[member][place].view({1, 1}));
        const at::Tensor one = prediction.mean[member][place].view({1, 1, n + 1});
        CHECK(loss_fit->loss({one, {}}, alone).item<float>() == Approx(together[member][place].item<float>()));
      }
    }
  }
}
