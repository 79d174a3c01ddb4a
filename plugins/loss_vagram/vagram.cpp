// loss.vagram: value-gradient weighted model learning. An error is weighted by its effect on the value, to first order:
// V(prediction) - V(s') ~ g . e, with g the gradient of V at the observed next state s'.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/masked_select.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/unsqueeze.h>
#include <ATen/ops/view_as.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"
#include "weft/rl/value_function.h"

namespace {

constexpr int64_t chunk_rows = 8192;  // bounds the memory of one pass through the value function

/// dV/ds at `observations` [rows, n] -> [heads, rows, n].
at::Tensor value_gradients(const weft::Wire<weft::rl::ValueFunction>& value, const at::Tensor& observations) {
  const int64_t rows = observations.size(0), heads = value->heads();
  at::Tensor gradients = at::empty({heads, rows, observations.size(1)}, observations.options());
  for (int64_t begin = 0; begin < rows; begin += chunk_rows) {
    const int64_t end = std::min(begin + chunk_rows, rows);
    gradients.slice(1, begin, end).copy_(value->gradients(observations.slice(0, begin, end)));
  }
  if (!gradients.isfinite().all().item<bool>())
    throw weft::Error(
        "the value function has gradients that are not finite, so they cannot weight the model's error; the value "
        "function has diverged: try a smaller learning rate or a smaller share of model data for its agent");
  return gradients;
}

/// Scales longer gradients down to their head's `quantile` of the norms over `training_rows`; directions do not change.
at::Tensor clipped(const at::Tensor& gradients, const at::Tensor& training_rows, double quantile) {
  const at::Tensor norms = gradients.norm(2, {-1}, /*keepdim=*/true);  // [heads, rows, 1]
  const at::Tensor bounds = norms.index_select(1, training_rows).quantile(quantile, 1, /*keepdim=*/true);
  return gradients * at::where(norms > bounds, bounds / norms, at::ones_like(norms));
}

struct Settings {
  bool inner = false;
  double clip_quantile = 0.95;
  int64_t warmup_mse = 0;  ///< ticks
  double reward_weight = 1.0;
  std::string terminal_rows = "as_is";
  bool normalize = false;
};

/// The weights of the rows of one fit.
class VagramFit final : public weft::rl::LossFit {
 public:
  VagramFit(const weft::rl::FitData& data, const weft::Wire<weft::rl::ValueFunction>& value, const Settings& settings)
      : settings_(settings) {
    add_mse_ = settings_.warmup_mse > 0 && data.tick <= settings_.warmup_mse;  // 0: never, not even before tick 1
    at::Tensor gradients = value_gradients(value, data.next_observation);
    // The rows whose value gradients mean something, of all rows and of those for training.
    at::Tensor rows = at::arange(data.next_observation.size(0), at::kLong), training_rows;
    if (settings_.terminal_rows != "as_is") rows = rows.masked_select(data.terminated.logical_not());
    training_rows = rows.masked_select(rows < data.training_rows);
    const bool any = training_rows.numel() > 0;
    if (any && settings_.clip_quantile < 1.0) gradients = clipped(gradients, training_rows, settings_.clip_quantile);
    if (any && settings_.normalize) {
      const double mean_square = gradients.index_select(1, rows).square().mean().item<double>();
      if (mean_square > 0.0) gradients /= std::sqrt(mean_square);
    }
    if (settings_.terminal_rows != "as_is") gradients.masked_fill_(data.terminated.unsqueeze(-1), 0.0);
    weights_ = settings_.inner ? gradients : gradients.square().mean(0);
    if (any && settings_.terminal_rows == "mean") {
      const at::Tensor mean = weights_.index_select(0, training_rows).mean(0);
      weights_ = at::where(data.terminated.unsqueeze(-1), mean, weights_);
    }
  }

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor error = prediction.mean - batch.target;  // [members, batch, n + 1]
    const at::Tensor state_error = error.slice(-1, 0, -1);
    const at::Tensor reward_term = settings_.reward_weight * error.select(-1, -1).square();
    const at::Tensor rows = batch.row.flatten();
    at::Tensor state_term;
    if (settings_.inner) {
      const at::Tensor along_gradient = (weights_.index_select(1, rows) * state_error.flatten(0, 1)).sum(-1);
      state_term = along_gradient.square().mean(0).view_as(reward_term);
    } else {
      state_term = (weights_.index_select(0, rows).view_as(state_error) * state_error.square()).mean(-1);
    }
    const at::Tensor value_aware = state_term + reward_term;
    return add_mse_ ? value_aware + state_error.square().mean(-1) + reward_term : value_aware;
  }

 private:
  Settings settings_;
  bool add_mse_ = false;  // during this fit
  at::Tensor weights_;    // diagonal: [rows, n], squared gradients, mean over heads; inner: [heads, rows, n]
};

class VagramLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<VagramLoss>& type) {
    type.summary("Squared error weighted by the squared value gradient at the observed next state.");
    type.reference("Voelcker et al., ICLR 2022, equation 7 (diagonal form)");
    type.offers<weft::rl::ModelLoss>("loss", "the loss; it trains no log-variances");
    type.slot<weft::rl::ValueFunction>("value", "the value function whose gradients weight the error");
    type.choice("form", "diagonal", {"diagonal", "inner"},
                "diagonal: sum_d (g_d e_d)^2, which has one minimum; inner: (g . e)^2, which is 0 along the isolines "
                "of the value");
    type.real(
        "clip_quantile", 0.95, weft::between(0.0, 1.0),
        "longer gradients are scaled down to this quantile of the norms over the training rows, per head; 1: never");
    type.integer("warmup_mse", 0, weft::at_least(0),
                 "fits up to and including this tick add the plain squared error; 0: none", "ticks");
    type.real("reward_weight", 1.0, weft::at_least(0.0), "factor of the reward's term; 1: as in the published code");
    type.choice(
        "terminal_rows", "as_is", {"as_is", "mean", "zero"},
        "weights of rows that terminated, whose next observation no value bootstraps from and no critic is "
        "trained at: as_is: by their value gradients; mean: the mean weight of the other rows; zero: only their "
        "reward counts. Clipping and normalizing leave such rows out, unless as_is");
    type.flag("normalize", false,
              "whether weights are divided by their mean over the rows of the fit, so that they average 1");
  }

  explicit VagramLoss(weft::Setup& setup) : value_(setup.service<weft::rl::ValueFunction>("value")) {
    settings_.inner = setup.text("form") == "inner";
    settings_.clip_quantile = setup.real("clip_quantile");
    settings_.warmup_mse = setup.integer("warmup_mse");
    settings_.reward_weight = setup.real("reward_weight");
    settings_.terminal_rows = setup.text("terminal_rows");
    settings_.normalize = setup.flag("normalize");
    if (settings_.inner && settings_.terminal_rows == "mean")
      throw weft::SetupError("terminal_rows",
                             "\"mean\" needs weights that can be averaged, which form = \"inner\" has not; take "
                             "\"as_is\" or \"zero\", or form = \"diagonal\"");
  }

  std::unique_ptr<weft::rl::LossFit> prepare(const weft::rl::FitData& data) override {
    return std::make_unique<VagramFit>(data, value_, settings_);
  }

 private:
  weft::Wire<weft::rl::ValueFunction> value_;
  Settings settings_;
};

}  // namespace

WEFT_PLUGIN("loss_vagram", "1.0.0", "MIT", weft::component_type<VagramLoss>("loss.vagram"))
