#include "validation.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/slice.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "weft/core/error.h"

namespace weft::stages {
namespace {

/// Validation rows are predicted in blocks of at most this size.
constexpr int64_t block_rows = 512;

/// Calls `visit(gatherer)` for each block of validation rows.
template <class Visit>
void for_each_block(const rl::FitData& data, int64_t members, Visit visit) {
  const at::NoGradGuard no_gradients;
  BatchGatherer gatherer(data, members);
  const int64_t rows = data.observation.size(0);
  for (int64_t first = data.training_rows; first < rows; first += block_rows) {
    gatherer.gather_consecutive(first, std::min(block_rows, rows - first));
    visit(gatherer);
  }
}

/// Adds the squared errors of one block to `sums`.
void add_squared_errors(const at::Tensor& mean, const at::Tensor& target, ValidationErrors& sums) {
  const at::Tensor predicted = mean.contiguous();
  const int64_t outputs = predicted.size(-1);
  const float *a = predicted.data_ptr<float>(), *b = target.data_ptr<float>();
  for (int64_t index = 0; index < predicted.numel(); ++index) {
    const double error = static_cast<double>(a[index]) - static_cast<double>(b[index]);
    (index % outputs == outputs - 1 ? sums.reward_mse : sums.mse) += error * error;
  }
}

/// Sum over members, rows and heads of (V(s') - V(predicted))^2.
double squared_value_errors(const Wire<rl::ValueFunction>& value, const at::Tensor& mean,
                            const rl::MemberBatch& batch) {
  const int64_t members = mean.size(0), rows = mean.size(1), n = batch.observation.size(2);
  const at::Tensor predicted = batch.observation + mean.slice(2, 0, n);
  const at::Tensor imagined = value->values(predicted.reshape({members * rows, n})).contiguous();  // [heads, E rows]
  const at::Tensor real = value->values(batch.next_observation[0]).contiguous();                   // [heads, rows]
  const float *a = imagined.data_ptr<float>(), *b = real.data_ptr<float>();
  double sum = 0.0;
  for (int64_t index = 0; index < imagined.numel(); ++index) {
    const int64_t head = index / (members * rows), row = index % rows;
    const double error = static_cast<double>(a[index]) - static_cast<double>(b[head * rows + row]);
    sum += error * error;
  }
  return sum;
}

}  // namespace

at::Tensor checked_losses(const at::Tensor& losses, const rl::MemberBatch& batch) {
  if (losses.sizes() == batch.row.sizes() && losses.scalar_type() == at::kFloat) return losses.contiguous();
  std::ostringstream message;
  message << "the loss gave numbers of shape " << losses.sizes() << " and type " << losses.scalar_type()
          << "; float32 of shape " << batch.row.sizes() << " was expected, one per member and sample";
  throw Error(message.str());
}

std::vector<double> validation_scores(const Wire<rl::DynamicsModel>& model, const Wire<rl::ModelLoss>& loss,
                                      const rl::FitData& data) {
  const int64_t members = model->members();
  std::vector<double> scores(static_cast<std::size_t>(members), 0.0);
  const auto rows = static_cast<double>(data.observation.size(0) - data.training_rows);
  for_each_block(data, members, [&](const BatchGatherer& gatherer) {
    const rl::MemberBatch& batch = gatherer.batch();
    const rl::Prediction prediction = model->predict(batch.observation, gatherer.action());
    const at::Tensor block = checked_losses(loss->score(prediction, batch), batch);
    const float* value = block.data_ptr<float>();
    for (double& score : scores)
      for (int64_t row = 0; row < block.size(1); ++row) score += static_cast<double>(*value++) / rows;
  });
  for (std::size_t member = 0; member < scores.size(); ++member)
    if (!std::isfinite(scores[member]))
      throw Error("the validation score of member " + std::to_string(member) + " is not finite (" +
                  std::to_string(scores[member]) + "); a smaller learning_rate may help");
  return scores;
}

ValidationErrors validation_errors(const Wire<rl::DynamicsModel>& model, const Wire<rl::ValueFunction>& value,
                                   const rl::FitData& data) {
  const int64_t members = model->members();
  ValidationErrors errors;
  for_each_block(data, members, [&](const BatchGatherer& gatherer) {
    const rl::MemberBatch& batch = gatherer.batch();
    const at::Tensor mean = model->predict(batch.observation, gatherer.action()).mean;
    add_squared_errors(mean, batch.target, errors);
    if (value) errors.value_error += squared_value_errors(value, mean, batch);
  });
  const auto samples = static_cast<double>(members * (data.observation.size(0) - data.training_rows));
  errors.mse /= samples * static_cast<double>(data.observation.size(1));
  errors.reward_mse /= samples;
  if (value) errors.value_error /= samples * static_cast<double>(value->heads());
  return errors;
}

}  // namespace weft::stages
