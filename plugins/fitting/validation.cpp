#include "fitting/validation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/reshape.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/unsqueeze.h>

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <string>

#include "weft/core/error.h"

namespace weft::fitting {
namespace {

/// Adds the squared errors of one block to `sums`.
void add_squared_errors(const at::Tensor& prediction, const at::Tensor& target, ValidationErrors& sums) {
  const at::Tensor predicted = prediction.contiguous();
  const auto outputs = static_cast<std::size_t>(predicted.size(-1));
  const float *a = predicted.data_ptr<float>(), *b = target.data_ptr<float>();
  for (std::size_t index = 0; index < static_cast<std::size_t>(predicted.numel()); ++index) {
    const double error = static_cast<double>(a[index]) - static_cast<double>(b[index]);
    const std::size_t output = index % outputs;
    (output == outputs - 1 ? sums.reward_mse : sums.mse[output]) += error * error;
  }
}

}  // namespace

void require_log_variance(const Wire<rl::ModelLoss>& loss, const Wire<rl::DynamicsModel>& model) {
  if (loss->trains_log_variance() && !model->has_log_variance())
    throw SetupError("loss",
                     "this loss needs the log-variances of a Gaussian model, but the model predicts none; set heads = "
                     "\"gaussian\" for the model, or wire another loss");
}

void require_valued(const Wire<rl::ValueFunction>& value, const Wire<rl::DynamicsModel>& model) {
  const int64_t value_size = value->observation_size(), model_size = model->observation_size();
  if (value_size != model_size)
    throw SetupError(
        "value", fmt::format("the value function has observation size {}, but the model has {}; wire both to the same "
                             "environment",
                             value_size, model_size));
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

at::Tensor value_errors(const Wire<rl::ValueFunction>& value, const at::Tensor& mean, const rl::MemberBatch& batch) {
  const int64_t members = mean.size(0), rows = mean.size(1), n = batch.observation.size(2);
  const at::Tensor predicted = (batch.observation + mean.slice(2, 0, n)).reshape({members * rows, n});
  const at::Tensor observed = batch.next_observation[0];
  const at::Tensor imagined = value->values(predicted);  // [heads, members rows]
  const at::Tensor real = value->values(observed);       // [heads, rows]
  return imagined.reshape({-1, members, rows}) - real.unsqueeze(1);
}

at::Tensor checked_losses(const at::Tensor& losses, const rl::MemberBatch& batch) {
  if (losses.sizes() == batch.row.sizes() && losses.scalar_type() == at::kFloat) return losses.contiguous();
  throw Error(fmt::format(
      "the loss has type {} and shape [{}]; Float of shape [{}] was expected, one number per member and "
      "sample",
      c10::toString(losses.scalar_type()), fmt::join(losses.sizes(), ", "), fmt::join(batch.row.sizes(), ", ")));
}

std::vector<double> validation_scores(const Wire<rl::DynamicsModel>& model, const Owned<rl::LossFit>& fit,
                                      const rl::FitData& data) {
  const int64_t members = model->members();
  std::vector<double> scores(static_cast<std::size_t>(members), 0.0);
  const auto rows = static_cast<double>(data.observation.size(0) - data.training_rows);
  for_each_validation_block(data, members, [&](const BatchGatherer& gatherer) {
    const rl::MemberBatch& batch = gatherer.batch();
    const rl::Prediction prediction = model->predict(batch.observation, gatherer.action());
    const at::Tensor block = checked_losses(fit->score(prediction, batch), batch);
    const float* value = block.data_ptr<float>();
    for (double& score : scores)
      for (int64_t row = 0; row < block.size(1); ++row) score += static_cast<double>(*value++) / rows;
  });
  for (std::size_t member = 0; member < scores.size(); ++member)
    if (!std::isfinite(scores[member]))
      throw Error(fmt::format("the validation score of member {} is not finite ({}); a smaller learning_rate may help",
                              member, scores[member]));
  return scores;
}

ValidationErrors validation_errors(const Wire<rl::DynamicsModel>& model, const Wire<rl::ValueFunction>& value,
                                   double gamma, const rl::FitData& data) {
  const int64_t members = model->members();
  ValidationErrors errors;
  errors.mse.assign(static_cast<std::size_t>(model->observation_size()), 0.0);
  for_each_validation_block(data, members, [&](const BatchGatherer& gatherer) {
    const rl::MemberBatch& batch = gatherer.batch();
    const at::Tensor mean = model->predict(batch.observation, gatherer.action()).mean;
    add_squared_errors(mean, batch.target, errors);
    if (!value) return;
    const at::Tensor difference = value_errors(value, mean, batch);
    errors.value_error += difference.square().sum(at::kDouble).item<double>();
    const at::Tensor reward_error = mean.select(-1, -1) - batch.target.select(-1, -1);  // [members, rows]
    const at::Tensor discount = gamma * data.terminated.index_select(0, batch.row[0]).logical_not().to(at::kFloat);
    errors.td_error += (reward_error + discount * difference).square().sum(at::kDouble).item<double>();
  });
  const auto samples = static_cast<double>(members * (data.observation.size(0) - data.training_rows));
  for (double& dimension : errors.mse) dimension /= samples;
  errors.reward_mse /= samples;
  if (!value) return errors;
  errors.value_error /= samples * static_cast<double>(value->heads());
  errors.td_error /= samples * static_cast<double>(value->heads());
  return errors;
}

}  // namespace weft::fitting
