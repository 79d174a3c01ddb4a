// stage.loss_agreement: whether a loss is large where the value error is.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/square.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "fitting/fit_data.h"
#include "fitting/validation.h"
#include "types.h"
#include "weft/core/plugin.h"

namespace weft::stages {
namespace {

/// Pearson's correlation; none if one of the two does not vary.
std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean_a = fitting::mean(a), mean_b = fitting::mean(b);
  double both = 0.0, square_a = 0.0, square_b = 0.0;
  for (std::size_t index = 0; index < a.size(); ++index) {
    both += (a[index] - mean_a) * (b[index] - mean_b);
    square_a += (a[index] - mean_a) * (a[index] - mean_a);
    square_b += (b[index] - mean_b) * (b[index] - mean_b);
  }
  if (!(square_a > 0.0 && square_b > 0.0)) return {};
  return both / std::sqrt(square_a * square_b);
}

/// The rank of each value, counted from 0; equal values share the mean of their ranks.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t index = first; index < end; ++index)
      result[order[index]] = 0.5 * static_cast<double>(first + end - 1);
    first = end;
  }
  return result;
}

class LossAgreement final : public Stage {
 public:
  static void describe(Description<LossAgreement>& type) {
    type.summary(
        "Correlates a loss with the value error, sample by sample, over a model's predictions of all rows of a data "
        "set. Only the state term of the loss counts: the predicted reward is set to the observed one.");
    type.slot<rl::DynamicsModel>("model", "the model that predicts the rows");
    type.slot<rl::Dataset>("data", "the rows to predict");
    type.slot<rl::ValueFunction>("value", "the value function of the value error, in its current state");
    type.slot<rl::ModelLoss>("loss", "the loss to compare with the value error; a fit may use the same one");
    type.metric("correlation",
                "Pearson's correlation of loss and value error; not recorded if one of them does not vary");
    type.metric("rank_correlation",
                "Spearman's rank correlation of loss and value error, which a few large errors do not dominate");
  }

  explicit LossAgreement(Setup& setup)
      : context_(setup.context()),
        model_(setup.service<rl::DynamicsModel>("model")),
        data_(setup.service<rl::Dataset>("data")),
        value_(setup.service<rl::ValueFunction>("value")),
        loss_(setup.service<rl::ModelLoss>("loss")) {
    fitting::require_same_sizes(data_, model_);
    fitting::require_valued(value_, model_);
    fitting::require_log_variance(loss_, model_);
  }

  void run() override {
    const rl::FitData data = fitting::take_measured_data(data_, model_, context_.tick());
    // The loss sees them as training rows, so that what it computes from training rows (a quantile) is of these rows.
    rl::FitData all_training = data;
    all_training.training_rows = data.observation.size(0);
    const Owned<rl::LossFit> fit = loss_.own(loss_->prepare(all_training));

    std::vector<double> losses, errors;
    const int64_t members = model_->members();
    fitting::for_each_validation_block(data, members, [&](const fitting::BatchGatherer& gatherer) {
      const rl::MemberBatch& batch = gatherer.batch();
      rl::Prediction prediction = model_->predict(batch.observation, gatherer.action());
      append(fitting::value_errors(value_, prediction.mean, batch).square().mean(0), errors);
      prediction.mean.select(-1, -1).copy_(batch.target.select(-1, -1));
      append(fitting::checked_losses(fit->loss(prediction, batch), batch), losses);
    });
    const std::optional<double> pearson = correlation(losses, errors);
    if (!pearson) return;  // one of the two does not vary
    context_.record("correlation", *pearson);
    context_.record("rank_correlation", correlation(ranks(losses), ranks(errors)).value());
  }

 private:
  static void append(const at::Tensor& from, std::vector<double>& to) {
    const at::Tensor values = from.contiguous();
    to.insert(to.end(), values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  }

  Context& context_;
  Wire<rl::DynamicsModel> model_;
  Wire<rl::Dataset> data_;
  Wire<rl::ValueFunction> value_;
  Wire<rl::ModelLoss> loss_;
};

}  // namespace

const weft_component_type* loss_agreement_type() { return component_type<LossAgreement>("stage.loss_agreement"); }

}  // namespace weft::stages
