/// Checks of what every model loss must do. `n` is the observation size that the loss is used with.
///
/// Each check throws Error with its finding. `weft validate` runs them as check.loss_*; any test may call them.
#pragma once

#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros_like.h>

#include <memory>
#include <sstream>
#include <string>

#include "weft/testing/fit.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// A fit of 40 random rows that the loss was prepared for, a batch of its rows, and a random prediction for the batch.
struct LossCase {
  /// `size` is the batch size; actions have 2 numbers.
  LossCase(rl::ModelLoss& loss, int64_t n, int64_t members, int64_t size) : data(random_fit(40, n, 2)) {
    fit = loss.prepare(data);
    require(fit != nullptr, "prepare() returned null; a loss for the rows of the fit was expected");
    batch = batch_of(data, random_rows(data, members, size, 5));
    prediction.mean = batch.target + 0.5 * normal({members, size, n + 1}, 6);
    if (loss.trains_log_variance()) prediction.log_variance = 0.3 * normal({members, size, n + 1}, 7);
  }
  rl::FitData data;
  std::unique_ptr<rl::LossFit> fit;
  rl::MemberBatch batch;
  rl::Prediction prediction;
};

/// A tensor's shape as messages print it.
inline std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  if (tensor.defined())
    text << tensor.sizes();
  else
    text << "of an undefined tensor";
  return text.str();
}

/// loss(), or score() if `score`. Throws Error unless the result is float32 and has the shape `[members, batch]`.
inline at::Tensor losses_of(rl::LossFit& fit, const rl::Prediction& prediction, const rl::MemberBatch& batch,
                            bool score = false) {
  const at::Tensor values = score ? fit.score(prediction, batch) : fit.loss(prediction, batch);
  const std::string what = score ? "score()" : "loss()";
  require(values.defined() && values.sizes() == batch.row.sizes(),
          what + " has the shape " + shape_text(values) + "; " + shape_text(batch.row) +
              " was expected, one number for each member and sample");
  require(values.scalar_type() == at::kFloat, what + " has another element type; float32 was expected");
  return values;
}

/// Loss and score are `[members, batch]`, float32 and finite, for batches of several sizes.
inline void check_loss_shape(rl::ModelLoss& loss, int64_t n) {
  for (const auto& [members, size] : {std::pair<int64_t, int64_t>{1, 1}, {3, 7}, {2, 33}}) {
    LossCase made(loss, n, members, size);
    for (const bool score : {false, true}) {
      const at::NoGradGuard no_gradients;
      const at::Tensor values = losses_of(*made.fit, made.prediction, made.batch, score);
      require(values.isfinite().all().item<bool>(),
              std::string(score ? "score()" : "loss()") + " of a batch of moderate numbers is not finite");
    }
  }
}

/// The gradient of the loss with respect to the prediction agrees with central differences. A loss that does not train
/// the log-variance, as it declares, has no gradient with respect to it.
inline void check_loss_gradient(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 2, 5);
  const auto check = [&](at::Tensor& input, const std::string& what) {
    input = input.detach().requires_grad_(true);
    const at::Tensor total = losses_of(*made.fit, made.prediction, made.batch).sum();
    require(total.requires_grad(), "loss() is not differentiable with respect to " + what +
                                       "; compute it from the prediction's tensors with gradients enabled");
    total.backward();
    const at::Tensor gradient = input.grad();
    require(gradient.defined(), "loss() has no gradient with respect to " + what);
    const at::NoGradGuard no_gradients;
    const at::Tensor around = input.detach();
    const double step = 1e-2;
    for (int64_t column = 0; column < around.size(-1); ++column) {
      at::Tensor shift = at::zeros_like(around);
      shift.select(-1, column) += step;
      input = around + shift;
      const at::Tensor up = losses_of(*made.fit, made.prediction, made.batch);
      input = around - shift;
      const at::Tensor expected = (up - losses_of(*made.fit, made.prediction, made.batch)) / (2.0 * step);
      const at::Tensor found = gradient.select(-1, column);
      const auto error = (found - expected).norm().item<double>(), size = expected.norm().item<double>();
      require(error <= 0.02 * size + 1e-3, "the gradient of loss() with respect to column " + std::to_string(column) +
                                               " of " + what + " has an error of norm " + text_of(error) +
                                               " against central differences of norm " + text_of(size));
    }
    input = around;
  };
  check(made.prediction.mean, "the mean");
  if (loss.trains_log_variance()) return check(made.prediction.log_variance, "the log-variance");
  at::Tensor& untrained = made.prediction.log_variance;
  untrained = 0.3 * normal(made.prediction.mean.sizes().vec(), 7);
  untrained.requires_grad_(true);
  made.prediction.mean.requires_grad_(true);
  losses_of(*made.fit, made.prediction, made.batch).sum().backward();
  require(!untrained.grad().defined() || untrained.grad().abs().max().item<float>() == 0.0f,
          "loss() has a gradient with respect to the log-variance, but trains_log_variance() is false");
}

/// The loss of a sample depends neither on other samples nor on other members.
inline void check_loss_independence(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 3, 6);
  const at::NoGradGuard no_gradients;
  const at::Tensor before = losses_of(*made.fit, made.prediction, made.batch).clone();
  rl::Prediction changed = made.prediction;
  changed.mean = made.prediction.mean.clone();
  changed.mean.select(0, 1).select(0, 2) += 3.0;
  const at::Tensor difference = losses_of(*made.fit, changed, made.batch) - before;
  for (int64_t member = 0; member < 3; ++member)
    for (int64_t sample = 0; sample < 6; ++sample)
      require((member == 1 && sample == 2) || difference.select(0, member).select(0, sample).item<float>() == 0.0f,
              "the loss of member " + std::to_string(member) + ", sample " + std::to_string(sample) +
                  " depends on the prediction of member 1, sample 2; members and samples must be independent");
  // The losses of some samples do not change when the batch consists only of them.
  const auto middle = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.slice(1, 2, 5) : tensor; };
  const rl::MemberBatch smaller{middle(made.batch.row), middle(made.batch.observation),
                                middle(made.batch.next_observation), middle(made.batch.target)};
  const at::Tensor losses =
      losses_of(*made.fit, {middle(made.prediction.mean), middle(made.prediction.log_variance)}, smaller);
  require(losses.allclose(middle(before), 1e-5, 1e-6),
          "samples 2 to 4 of a batch have another loss in a batch without the other samples");
}

/// The loss does not depend on the memory layout of its arguments, and changes none of them.
inline void check_loss_layout(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 3, 5);
  const at::NoGradGuard no_gradients;
  const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
  const auto spread = [](const at::Tensor& tensor) { return tensor.defined() ? scattered(tensor) : tensor; };
  const at::Tensor mean = copy(made.prediction.mean), target = copy(made.batch.target);
  const at::Tensor next = copy(made.data.next_observation);
  const at::Tensor plain = losses_of(*made.fit, made.prediction, made.batch).clone();
  const rl::MemberBatch batch{spread(made.batch.row), spread(made.batch.observation),
                              spread(made.batch.next_observation), spread(made.batch.target)};
  const at::Tensor other =
      losses_of(*made.fit, {spread(made.prediction.mean), spread(made.prediction.log_variance)}, batch);
  require(other.allclose(plain, 1e-5, 1e-6), "loss() returns other numbers for tensors that are not contiguous");
  rl::FitData others = made.data;
  others.next_observation = 2.0 * made.data.next_observation;
  const auto second = loss.prepare(others);
  losses_of(*second, made.prediction, made.batch, true);
  require(losses_of(*made.fit, made.prediction, made.batch).equal(plain),
          "a second prepare() changes what an earlier one returned; several stages may use one loss");
  require(mean.equal(made.prediction.mean) && target.equal(made.batch.target) && next.equal(made.data.next_observation),
          "loss(), score() or prepare() changes one of its arguments");
}

}  // namespace weft::testing
