// stage.model_errors: how well a model predicts rows that it was not fitted to.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>

#include <fmt/core.h>

#include <string>

#include "fitting/fit_data.h"
#include "fitting/validation.h"
#include "types.h"
#include "weft/core/plugin.h"

namespace weft::stages {
namespace {

/// The value error of a constant model, which predicts the mean change of the rows for each of them.
double baseline_value_error(const Wire<rl::ValueFunction>& value, const rl::FitData& data) {
  const at::Tensor change = (data.next_observation - data.observation).mean(0);
  double sum = 0.0;
  fitting::for_each_validation_block(data, 1, [&](const fitting::BatchGatherer& gatherer) {
    const rl::MemberBatch& batch = gatherer.batch();
    sum += fitting::value_errors(value, change.expand(batch.observation.sizes()), batch)
               .square()
               .sum(at::kDouble)
               .item<double>();
  });
  return sum / static_cast<double>(data.observation.size(0) * value->heads());
}

class ModelErrors final : public Stage {
 public:
  static void describe(Description<ModelErrors>& type) {
    type.summary("Measures a model on all rows of a data set, which should be rows that no fit has seen.");
    type.reference("Voelcker et al., ICLR 2022, section 5.1: the VAML error");
    type.slot<rl::DynamicsModel>("model", "the model to measure");
    type.slot<rl::Dataset>("data", "the rows to predict");
    type.slot<rl::ValueFunction>("value", "the value function of the value error, in its current state");
    type.real("gamma", 0.99, between(0.0, 1.0), "discount factor of the value in td_error");
    type.headline("value_error", "mean of (V(s') - V(predicted s'))^2 over rows, members and heads");
    type.metric("td_error",
                "mean of (predicted r - r + gamma (1 - terminated) (V(predicted s') - V(s')))^2: the squared error of "
                "the critics' target, in the units of the value");
    type.metric("relative_value_error",
                "value_error divided by that of a constant model, which predicts the mean change of these rows; 1: no "
                "better than the constant. Not recorded if the constant has no value error");
    type.metric("mse", "mean squared error of the next observation, over its dimensions");
    type.metric("mse_*", "mean squared error of each dimension of the next observation");
    type.metric("reward_mse", "mean squared error of the reward");
  }

  explicit ModelErrors(Setup& setup)
      : context_(setup.context()),
        model_(setup.service<rl::DynamicsModel>("model")),
        data_(setup.service<rl::Dataset>("data")),
        value_(setup.service<rl::ValueFunction>("value")),
        gamma_(setup.real("gamma")) {
    fitting::require_same_sizes(data_, model_);
    fitting::require_valued(value_, model_);
  }

  void run() override {
    const rl::FitData data = fitting::take_measured_data(data_, model_, context_.tick());
    const fitting::ValidationErrors errors = fitting::validation_errors(model_, value_, gamma_, data);
    context_.record("value_error", errors.value_error);
    context_.record("td_error", errors.td_error);
    const double baseline = baseline_value_error(value_, data);
    if (baseline > 0.0) context_.record("relative_value_error", errors.value_error / baseline);
    context_.record("mse", fitting::mean(errors.mse));
    for (std::size_t dimension = 0; dimension < errors.mse.size(); ++dimension)
      context_.record(fmt::format("mse_{}", dimension).c_str(), errors.mse[dimension]);
    context_.record("reward_mse", errors.reward_mse);
  }

 private:
  Context& context_;
  Wire<rl::DynamicsModel> model_;
  Wire<rl::Dataset> data_;
  Wire<rl::ValueFunction> value_;
  double gamma_;
};

}  // namespace

const weft_component_type* model_errors_type() { return component_type<ModelErrors>("stage.model_errors"); }

}  // namespace weft::stages
