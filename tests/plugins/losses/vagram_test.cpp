#include <limits>

#include "plugins/losses/loss_bench.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::batch_of;
using testing::make_loss;
using testing::normal;
using testing::prediction_with_error;
using testing::QuadraticValue;
using testing::random_fit;

namespace {

/// Rows whose gradients are `gradients` [rows, n]: the value is |s|^2 / 2, so the gradient is s' itself.
rl::FitData fit_with_gradients(const at::Tensor& gradients, int64_t training_rows, int64_t tick = 1) {
  rl::FitData data = random_fit(gradients.size(0), gradients.size(1), tick);
  data.next_observation = gradients;
  data.training_rows = training_rows;
  return data;
}

QuadraticValue identity_gradients(int64_t n, int64_t heads = 1) {
  return {at::eye(n).unsqueeze(0).repeat({heads, 1, 1}), at::zeros({heads, n})};
}

rl::MemberBatch all_rows(const rl::FitData& data) {
  return batch_of(data, at::arange(data.observation.size(0)).unsqueeze(0));
}

/// The gradients that a loss uses, measured with errors along each axis: `[rows, n]`, absolute.
at::Tensor gradients_in_use(rl::LossFit& loss, const rl::FitData& data) {
  const rl::MemberBatch batch = all_rows(data);
  const int64_t n = data.observation.size(1);
  std::vector<at::Tensor> columns;
  for (int64_t axis = 0; axis < n; ++axis) {
    const at::Tensor error = at::zeros_like(data.observation);
    error.select(1, axis).fill_(1.0f);
    columns.push_back(loss.loss(prediction_with_error(batch, error), batch).flatten().sqrt());
  }
  return at::stack(columns, 1);
}

}  // namespace

TEST_CASE("vagram of the reference's example, in both forms") {
  const at::Tensor gradients = at::tensor({1.0f, 2.0f, 0.5f, -1.0f}).view({2, 2});
  const at::Tensor error = at::tensor({0.1f, -0.2f, 0.3f, 0.4f}).view({2, 2});
  const rl::FitData data = fit_with_gradients(gradients, 2);
  const rl::MemberBatch batch = all_rows(data);
  QuadraticValue value = identity_gradients(2);
  const auto diagonal = make_loss("vagram", "clip_quantile = 1.0", &value);
  const auto diagonal_fit = diagonal->prepare(data);
  const at::Tensor by_dimension = diagonal_fit->loss(prediction_with_error(batch, error), batch).flatten();
  CHECK(by_dimension[0].item<float>() == Approx(0.17 / 2));
  CHECK(by_dimension[1].item<float>() == Approx(0.1825 / 2));
  CHECK(by_dimension.mean().item<float>() == Approx(0.088125));
  const auto inner = make_loss("vagram", "clip_quantile = 1.0\nform = \"inner\"", &value);
  const auto inner_fit = inner->prepare(data);
  const at::Tensor along = inner_fit->loss(prediction_with_error(batch, error), batch).flatten();
  CHECK(along[0].item<float>() == Approx(0.09));
  CHECK(along[1].item<float>() == Approx(0.0625));
  // Cauchy and Schwarz, over n = 2 dimensions.
  CHECK((along <= 2 * 2 * by_dimension).all().item<bool>());
}

TEST_CASE("vagram with unit gradients is mse, bit for bit") {
  const int64_t n = 4;
  const rl::FitData data = random_fit(30, n);
  QuadraticValue value = QuadraticValue::linear(at::ones({4, n}));
  const auto vagram = make_loss("vagram", "", &value);
  const auto mse = make_loss("mse");
  const auto vagram_fit = vagram->prepare(data);
  const rl::MemberBatch batch = batch_of(data, at::arange(30).view({3, 10}));
  const rl::Prediction prediction{normal({3, 10, n + 1}, 5), {}};
  CHECK(at::equal(vagram_fit->loss(prediction, batch), mse->loss(prediction, batch)));
  CHECK(at::equal(vagram_fit->score(prediction, batch), mse->score(prediction, batch)));
}

TEST_CASE("four equal heads weigh as much as one") {
  const rl::FitData data = random_fit(10, 3);
  const rl::MemberBatch batch = all_rows(data);
  const rl::Prediction prediction{normal({1, 10, 4}, 5), {}};
  QuadraticValue one = identity_gradients(3, 1), four = identity_gradients(3, 4);
  for (const char* form : {"form = \"diagonal\"", "form = \"inner\""}) {
    const auto single = make_loss("vagram", form, &one), many = make_loss("vagram", form, &four);
    const auto single_fit = single->prepare(data);
    const auto many_fit = many->prepare(data);
    CHECK(at::allclose(single_fit->loss(prediction, batch), many_fit->loss(prediction, batch), 1e-6));
  }
}

TEST_CASE("heads are averaged after squaring") {
  const rl::FitData data = random_fit(10, 2);
  QuadraticValue value = QuadraticValue::linear(at::tensor({1.0f, 2.0f, -3.0f, 2.0f}).view({2, 2}));
  const auto loss = make_loss("vagram", "", &value);
  const auto loss_fit = loss->prepare(data);
  const rl::MemberBatch batch = all_rows(data);
  const at::Tensor error = at::tensor({1.0f, 10.0f}).expand({10, 2});
  const at::Tensor result = loss_fit->loss(prediction_with_error(batch, error), batch);
  const double expected = ((1.0 + 9.0) / 2 * 1.0 + 4.0 * 100.0) / 2;
  CHECK(at::allclose(result, at::full_like(result, expected), 1e-5));
}

TEST_CASE("gradients beyond the quantile of the training rows are scaled down to it") {
  // Norms 1 .. 5 in training; the quantile .6 of five numbers lies .4 of the way from the third to the fourth.
  // The validation rows lie above and below and do not influence the bound.
  const at::Tensor direction = at::tensor({0.6f, -0.8f});
  const at::Tensor norms = at::tensor({3.0f, 1.0f, 5.0f, 4.0f, 2.0f, 1000.0f, 0.5f});
  const rl::FitData data = fit_with_gradients(norms.unsqueeze(1) * direction, 5);
  const float bound = 3.4f;
  const at::Tensor expected = norms.clamp_max(bound).unsqueeze(1) * direction.abs();
  QuadraticValue value = identity_gradients(2);
  const auto clipped = make_loss("vagram", "clip_quantile = 0.6\nform = \"inner\"", &value);
  const auto clipped_fit = clipped->prepare(data);
  CHECK(at::allclose(gradients_in_use(*clipped_fit, data), expected, 1e-4));
  const auto off = make_loss("vagram", "clip_quantile = 1.0\nform = \"inner\"", &value);
  const auto off_fit = off->prepare(data);
  CHECK(at::allclose(gradients_in_use(*off_fit, data), norms.unsqueeze(1) * direction.abs(), 1e-3));
}

TEST_CASE("each head has its own bound") {
  const rl::FitData data = fit_with_gradients(at::tensor({1.0f, 2.0f, 3.0f, 4.0f, 5.0f}).unsqueeze(1), 5);
  // Head 0: norms 1 .. 5 and bound 3; head 1: a hundred times that.
  QuadraticValue value(at::tensor({1.0f, 100.0f}).view({2, 1, 1}), at::zeros({2, 1}));
  const auto loss = make_loss("vagram", "clip_quantile = 0.5", &value);
  const auto loss_fit = loss->prepare(data);
  const at::Tensor norms = at::tensor({1.0f, 2.0f, 3.0f, 3.0f, 3.0f}).unsqueeze(1);
  const at::Tensor expected = ((norms.square() + (100 * norms).square()) / 2).sqrt();
  CHECK(at::allclose(gradients_in_use(*loss_fit, data), expected, 1e-4));
}

TEST_CASE("rows without a gradient stay finite, even if most rows have none") {
  at::Tensor gradients = at::zeros({20, 2});
  gradients[19].fill_(1.0f);
  const rl::FitData data = fit_with_gradients(gradients, 20);
  QuadraticValue value = identity_gradients(2);
  for (const char* parameters : {"", "normalize = true"}) {
    const auto loss = make_loss("vagram", std::string(parameters) + "\nclip_quantile = 0.5", &value);
    const auto loss_fit = loss->prepare(data);
    // The quantile is zero, so every gradient is.
    CHECK(gradients_in_use(*loss_fit, data).abs().max().item<float>() == 0.0f);
  }
}

TEST_CASE("the plain squared error is added up to tick warmup_mse") {
  QuadraticValue value = identity_gradients(3);
  const auto loss = make_loss("vagram", "warmup_mse = 1000", &value);
  const auto plain = make_loss("vagram", "", &value);
  const auto mse = make_loss("mse");
  const rl::Prediction prediction{normal({1, 10, 4}, 5), {}};
  for (const int64_t tick : {1, 1000, 1001}) {
    const rl::FitData data = random_fit(10, 3, tick);
    const rl::MemberBatch batch = all_rows(data);
    const auto loss_fit = loss->prepare(data);
    const auto plain_fit = plain->prepare(data);
    at::Tensor expected = plain_fit->loss(prediction, batch);
    if (tick <= 1000) expected = expected + mse->loss(prediction, batch);
    CHECK(at::allclose(loss_fit->loss(prediction, batch), expected, 1e-6));
  }
}

TEST_CASE("normalized weights average one over the rows of the fit") {
  const rl::FitData data = random_fit(50, 3);
  QuadraticValue value(100 * at::eye(3).unsqueeze(0), at::zeros({1, 3}));
  for (const char* form : {"form = \"diagonal\"", "form = \"inner\""}) {
    const auto scaled = make_loss("vagram", std::string(form) + "\nnormalize = true", &value);
    const auto plain = make_loss("vagram", form, &value);
    const auto scaled_fit = scaled->prepare(data);
    const auto plain_fit = plain->prepare(data);
    const at::Tensor weights = gradients_in_use(*scaled_fit, data).square();
    const at::Tensor unscaled = gradients_in_use(*plain_fit, data).square();
    const double per_dimension = std::string(form) == "form = \"inner\"" ? 1.0 : 1.0 / 3.0;  // mean over n
    CHECK(weights.mean().item<double>() == Approx(per_dimension));
    CHECK(at::allclose(weights * (unscaled.mean() / weights.mean()), unscaled, 1e-4));
  }
}

TEST_CASE("value gradients are computed once per fit, in chunks") {
  QuadraticValue value = identity_gradients(2);
  const rl::FitData data = random_fit(20000, 2);
  const auto loss = make_loss("vagram", "clip_quantile = 1.0", &value);
  const auto loss_fit = loss->prepare(data);
  const int calls = value.gradient_calls;
  CHECK(calls > 1);
  CHECK(at::allclose(gradients_in_use(*loss_fit, data) * std::sqrt(2.0), data.next_observation.abs(), 1e-4));
  CHECK(value.gradient_calls == calls);
  CHECK(value.value_calls == 0);
}

TEST_CASE("a value function that has diverged is an error") {
  rl::FitData data = random_fit(8, 2);
  data.next_observation[3][1] = std::numeric_limits<float>::infinity();
  QuadraticValue value = identity_gradients(2);
  const auto loss = make_loss("vagram", "", &value);
  CHECK_THROWS_WITH(
      loss->prepare(data),
      "the value function has gradients that are not finite, so they cannot weight the model's error; the "
      "value function has diverged: try a smaller learning rate or a smaller share of model data for its agent");
}

TEST_CASE("vagram's weights of terminal rows: by their gradients, the mean of the others, or zero") {
  // The gradient of row 3 is longer than all others, and its row terminated.
  const at::Tensor gradients = at::tensor({1.0f, 2.0f, 3.0f, -2.0f, 2.0f, 0.0f, 50.0f, 80.0f}).view({4, 2});
  rl::FitData data = fit_with_gradients(gradients, 4);
  data.terminated = at::tensor({0, 0, 0, 1}).to(at::kBool);
  QuadraticValue value = identity_gradients(2);
  const auto used = [&](const std::string& parameters) {
    const auto loss = make_loss("vagram", parameters, &value);
    const auto loss_fit = loss->prepare(data);
    return gradients_in_use(*loss_fit, data) * std::sqrt(2.0);  // the loss is a mean over two dimensions
  };
  const at::Tensor others = gradients.slice(0, 0, 3);
  const at::Tensor as_is = used("clip_quantile = 1.0");
  CHECK(at::allclose(as_is, gradients.abs()));
  const at::Tensor zero = used("clip_quantile = 1.0\nterminal_rows = \"zero\"");
  CHECK(at::allclose(zero.slice(0, 0, 3), others.abs()));
  CHECK(zero[3].abs().max().item<float>() == 0.0f);
  const at::Tensor mean = used("clip_quantile = 1.0\nterminal_rows = \"mean\"");
  CHECK(at::allclose(mean.slice(0, 0, 3), others.abs()));
  CHECK(at::allclose(mean[3].square(), others.square().mean(0)));
  // Clipping and normalizing do not see the long gradient.
  const at::Tensor clipped = used("clip_quantile = 0.5\nterminal_rows = \"zero\"");
  CHECK(at::allclose(clipped.slice(0, 0, 3).norm(2, 1), at::tensor({std::sqrt(5.0f), std::sqrt(5.0f), 2.0f})));
  const at::Tensor normalized = used("clip_quantile = 1.0\nterminal_rows = \"zero\"\nnormalize = true");
  CHECK(normalized.slice(0, 0, 3).square().mean().item<float>() == Approx(1.0));
  // Without a row that continues only rewards count.
  data.terminated.fill_(true);
  CHECK(used("terminal_rows = \"mean\"").abs().max().item<float>() == 0.0f);
  CHECK_THROWS_WITH(make_loss("vagram", "form = \"inner\"\nterminal_rows = \"mean\"", &value),
                    weft::testing::Contains("take \"as_is\" or \"zero\", or form = \"diagonal\""));
}
