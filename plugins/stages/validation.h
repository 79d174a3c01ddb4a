/// What a fit measures on its validation rows.
#pragma once

#include <vector>

#include "fit_data.h"
#include "weft/core/wire.h"
#include "weft/rl/model.h"
#include "weft/rl/value_function.h"

namespace weft::stages {

/// Errors by which losses are compared, means over all members and validation rows.
struct ValidationErrors {
  double mse = 0.0;          ///< squared error of the next observation, mean over its dimensions
  double reward_mse = 0.0;   ///< squared error of the reward
  double value_error = 0.0;  ///< (V(s') - V(predicted s'))^2, mean over heads; 0 without a value function
};

/// The score of each member, mean over the validation rows. Throws Error when one is not finite.
std::vector<double> validation_scores(const Wire<rl::DynamicsModel>& model, const Wire<rl::ModelLoss>& loss,
                                      const rl::FitData& data);

/// `value` may be empty. Throws Error when an error is not finite.
ValidationErrors validation_errors(const Wire<rl::DynamicsModel>& model, const Wire<rl::ValueFunction>& value,
                                   const rl::FitData& data);

/// What a loss gave for `batch`, `[members, batch]`, as contiguous float32; throws Error for another shape.
at::Tensor checked_losses(const at::Tensor& losses, const rl::MemberBatch& batch);

}  // namespace weft::stages
