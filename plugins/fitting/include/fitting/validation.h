/// Scores and errors of a model on validation rows.
#pragma once

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <vector>

#include "fitting/fit_data.h"
#include "weft/core/wire.h"
#include "weft/rl/model.h"
#include "weft/rl/value_function.h"

namespace weft::fitting {

/// Errors of a model, by which losses are compared: means over all members and validation rows.
struct ValidationErrors {
  std::vector<double> mse;   ///< squared error of each dimension of the next observation
  double reward_mse = 0.0;   ///< squared error of the reward
  double value_error = 0.0;  ///< (V(predicted s') - V(s'))^2, mean over heads; 0 without a value function
  /// (predicted r - r + gamma (1 - terminated) (V(predicted s') - V(s')))^2, mean over heads: the squared error of the
  /// target of temporal-difference learning; 0 without a value function.
  double td_error = 0.0;
};

/// Throws SetupError at slot `loss` when the loss needs log-variances that the model does not predict.
void require_log_variance(const Wire<rl::ModelLoss>& loss, const Wire<rl::DynamicsModel>& model);

/// Throws SetupError at slot `value` when the value function has another observation size than the model.
void require_valued(const Wire<rl::ValueFunction>& value, const Wire<rl::DynamicsModel>& model);

/// The mean, summed in order.
double mean(const std::vector<double>& values);

/// The score of each member under `fit`, mean over the validation rows. Throws Error when one is not finite.
std::vector<double> validation_scores(const Wire<rl::DynamicsModel>& model, const Owned<rl::LossFit>& fit,
                                      const rl::FitData& data);

/// `value` may be empty: there are no value and TD errors then.
ValidationErrors validation_errors(const Wire<rl::DynamicsModel>& model, const Wire<rl::ValueFunction>& value,
                                   double gamma, const rl::FitData& data);

/// V(predicted s') - V(s'), `[heads, members, rows]`, for `mean`, the prediction for `batch`. All members of the batch
/// have the same rows.
at::Tensor value_errors(const Wire<rl::ValueFunction>& value, const at::Tensor& mean, const rl::MemberBatch& batch);

/// Calls `visit(gatherer)` for each block of validation rows, with gradients disabled.
template <class Visit>
void for_each_validation_block(const rl::FitData& data, int64_t members, Visit visit) {
  constexpr int64_t block_rows = 512;
  const at::NoGradGuard no_gradients;
  BatchGatherer gatherer(data, members);
  const int64_t rows = data.observation.size(0);
  for (int64_t first = data.training_rows; first < rows; first += block_rows) {
    gatherer.gather_consecutive(first, std::min(block_rows, rows - first));
    visit(gatherer);
  }
}

/// The result of a loss for `batch`, as a contiguous tensor. Throws Error unless it is float32 `[members, batch]`.
at::Tensor checked_losses(const at::Tensor& losses, const rl::MemberBatch& batch);

}  // namespace weft::fitting
