/// What every model loss has to do. `n`: the observation size that the loss is used with.
///
/// Each check throws Error with its finding; call them from any test, after the loss was made.
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

#include <sstream>
#include <string>

#include "weft/testing/fit.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// A fit of 40 rows that the loss was prepared for, with a batch of them and a prediction of it.
struct LossCase {
  LossCase(rl::ModelLoss& loss, int64_t n, int64_t members, int64_t size) : data(random_fit(40, n, 2)) {
    loss.begin_fit(data);
    batch = batch_of(data, random_rows(data, members, size, 5));
    prediction.mean = batch.target + 0.5 * normal({members, size, n + 1}, 6);
    if (loss.needs_log_variance()) prediction.log_variance = 0.3 * normal({members, size, n + 1}, 7);
  }
  rl::FitData data;
  rl::MemberBatch batch;
  rl::Prediction prediction;
};

inline std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  if (tensor.defined())
    text << tensor.sizes();
  else
    text << "nothing";
  return text.str();
}

/// loss() or score(), which have to be float32 and of the shape `[members, batch]`.
inline at::Tensor losses_of(rl::ModelLoss& loss, const rl::Prediction& prediction, const rl::MemberBatch& batch,
                            bool score = false) {
  const at::Tensor values = score ? loss.score(prediction, batch) : loss.loss(prediction, batch);
  const std::string what = score ? "score()" : "loss()";
  require(values.defined() && values.sizes() == batch.row.sizes(),
          what + " has the shape " + shape_text(values) + "; " + shape_text(batch.row) +
              " was expected: one number for each member and sample");
  require(values.scalar_type() == at::kFloat, what + " is not float32");
  return values;
}

/// Loss and score are `[members, batch]`, float32 and finite, for batches of 1 and of odd sizes.
inline void check_loss_shape(rl::ModelLoss& loss, int64_t n) {
  for (const auto& [members, size] : {std::pair<int64_t, int64_t>{1, 1}, {3, 7}, {2, 33}}) {
    LossCase made(loss, n, members, size);
    for (const bool score : {false, true}) {
      const at::NoGradGuard no_gradients;
      const at::Tensor values = losses_of(loss, made.prediction, made.batch, score);
      require(values.isfinite().all().item<bool>(),
              std::string(score ? "score()" : "loss()") + " of an ordinary batch is not finite");
    }
  }
}

/// The gradient in the prediction agrees with central differences.
inline void check_loss_gradient(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 2, 5);
  const auto check = [&](at::Tensor& input, const std::string& what) {
    input = input.detach().requires_grad_(true);
    const at::Tensor total = losses_of(loss, made.prediction, made.batch).sum();
    require(total.requires_grad(), "loss() cannot be differentiated in " + what +
                                       ": it has to be made of the prediction's tensors, with gradients enabled");
    total.backward();
    const at::Tensor gradient = input.grad();
    require(gradient.defined(), "loss() gives no gradient to " + what);
    const at::NoGradGuard no_gradients;
    const at::Tensor around = input.detach();
    const double step = 1e-2;
    for (int64_t column = 0; column < around.size(-1); ++column) {
      at::Tensor shift = at::zeros_like(around);
      shift.select(-1, column) += step;
      input = around + shift;
      const at::Tensor up = losses_of(loss, made.prediction, made.batch);
      input = around - shift;
      const at::Tensor slope = (up - losses_of(loss, made.prediction, made.batch)) / (2.0 * step);
      const at::Tensor found = gradient.select(-1, column);
      const auto error = (found - slope).norm().item<double>(), size = slope.norm().item<double>();
      require(error <= 0.02 * size + 1e-3, "the gradient of loss() in column " + std::to_string(column) + " of " +
                                               what + " is off by " + text_of(error) +
                                               "; central differences have the norm " + text_of(size));
    }
    input = around;
  };
  check(made.prediction.mean, "the mean");
  if (loss.needs_log_variance()) check(made.prediction.log_variance, "the log-variance");
}

/// No sample has a part in the loss of another, nor has a member.
inline void check_loss_independence(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 3, 6);
  const at::NoGradGuard no_gradients;
  const at::Tensor before = losses_of(loss, made.prediction, made.batch).clone();
  rl::Prediction changed = made.prediction;
  changed.mean = made.prediction.mean.clone();
  changed.mean.select(0, 1).select(0, 2) += 3.0;
  const at::Tensor difference = losses_of(loss, changed, made.batch) - before;
  for (int64_t member = 0; member < 3; ++member)
    for (int64_t sample = 0; sample < 6; ++sample)
      require((member == 1 && sample == 2) || difference.select(0, member).select(0, sample).item<float>() == 0.0f,
              "the prediction of member 1, sample 2 has a part in the loss of member " + std::to_string(member) +
                  ", sample " + std::to_string(sample) + ": no loss couples members or samples");
  // A part of the batch is told the same as the whole.
  const auto part = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.slice(1, 2, 5) : tensor; };
  const rl::MemberBatch some{part(made.batch.row), part(made.batch.observation), part(made.batch.next_observation),
                             part(made.batch.target)};
  const at::Tensor alone = losses_of(loss, {part(made.prediction.mean), part(made.prediction.log_variance)}, some);
  require(alone.allclose(part(before), 1e-5, 1e-6), "samples 2 to 4 of a batch have another loss without the others");
}

/// Memory that is not contiguous is good, and nothing that comes in is changed.
inline void check_loss_layout(rl::ModelLoss& loss, int64_t n) {
  LossCase made(loss, n, 3, 5);
  const at::NoGradGuard no_gradients;
  const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
  const auto spread = [](const at::Tensor& tensor) { return tensor.defined() ? scattered(tensor) : tensor; };
  const at::Tensor mean = copy(made.prediction.mean), target = copy(made.batch.target);
  const at::Tensor next = copy(made.data.next_observation);
  const at::Tensor plain = losses_of(loss, made.prediction, made.batch).clone();
  const rl::MemberBatch batch{spread(made.batch.row), spread(made.batch.observation),
                              spread(made.batch.next_observation), spread(made.batch.target)};
  const at::Tensor other = losses_of(loss, {spread(made.prediction.mean), spread(made.prediction.log_variance)}, batch);
  require(other.allclose(plain, 1e-5, 1e-6), "tensors that are not contiguous give another loss");
  loss.begin_fit(made.data);
  losses_of(loss, made.prediction, made.batch, true);
  require(mean.equal(made.prediction.mean) && target.equal(made.batch.target) && next.equal(made.data.next_observation),
          "loss(), score() or begin_fit() changes a tensor that it was given");
}

}  // namespace weft::testing
