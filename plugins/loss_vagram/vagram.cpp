// loss.vagram: value-gradient weighted model learning. An error is weighted by its effect on the value, to first order:
// V(prediction) - V(s') ~ g . e, with g the gradient of V at the observed next state s'.
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/norm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/view_as.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"
#include "weft/rl/value_function.h"

namespace {

constexpr int64_t chunk_rows = 8192;  // bounds the memory of one pass through the value function

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
    type.flag("normalize", false,
              "whether weights are divided by their mean over the rows of the fit, so that they average 1");
  }

  explicit VagramLoss(weft::Setup& setup)
      : value_(setup.service<weft::rl::ValueFunction>("value")),
        inner_(setup.text("form") == "inner"),
        clip_quantile_(setup.real("clip_quantile")),
        warmup_mse_(setup.integer("warmup_mse")),
        normalize_(setup.flag("normalize")) {}

  void begin_fit(const weft::rl::FitData& data) override {
    add_mse_ = warmup_mse_ > 0 && data.tick <= warmup_mse_;  // 0: never, not even before tick 1
    at::Tensor gradients = value_gradients(data.next_observation);
    if (clip_quantile_ < 1.0) gradients = clipped(gradients, data.training_rows);
    if (normalize_) {
      const double mean_square = gradients.square().mean().item<double>();
      if (mean_square > 0.0) gradients /= std::sqrt(mean_square);
    }
    weights_ = inner_ ? gradients : gradients.square().mean(0);
  }

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor error = prediction.mean - batch.target;  // [members, batch, n + 1]
    const at::Tensor state_error = error.slice(-1, 0, -1);
    const at::Tensor reward_term = error.select(-1, -1).square();
    const at::Tensor rows = batch.row.flatten();
    at::Tensor state_term;
    if (inner_) {
      const at::Tensor along_gradient = (weights_.index_select(1, rows) * state_error.flatten(0, 1)).sum(-1);
      state_term = along_gradient.square().mean(0).view_as(reward_term);
    } else {
      state_term = (weights_.index_select(0, rows).view_as(state_error) * state_error.square()).mean(-1);
    }
    const at::Tensor value_aware = state_term + reward_term;
    return add_mse_ ? value_aware + state_error.square().mean(-1) + reward_term : value_aware;
  }

 private:
  /// dV/ds at `observations` [rows, n] -> [heads, rows, n].
  at::Tensor value_gradients(const at::Tensor& observations) {
    const int64_t rows = observations.size(0), heads = value_->heads();
    at::Tensor gradients = at::empty({heads, rows, observations.size(1)}, observations.options());
    for (int64_t begin = 0; begin < rows; begin += chunk_rows) {
      const int64_t end = std::min(begin + chunk_rows, rows);
      gradients.slice(1, begin, end).copy_(value_->gradients(observations.slice(0, begin, end)));
    }
    if (!gradients.isfinite().all().item<bool>())
      throw weft::Error(
          "the value function has gradients that are not finite, so they cannot weight the model's error; the value "
          "function has diverged: try a smaller learning rate or a smaller share of model data for its agent");
    return gradients;
  }

  /// Scales longer gradients down to their head's quantile of the norms over the training rows; directions do not
  /// change.
  at::Tensor clipped(const at::Tensor& gradients, int64_t training_rows) const {
    const at::Tensor norms = gradients.norm(2, {-1}, /*keepdim=*/true);  // [heads, rows, 1]
    const at::Tensor bounds = norms.slice(1, 0, training_rows).quantile(clip_quantile_, 1, /*keepdim=*/true);
    return gradients * at::where(norms > bounds, bounds / norms, at::ones_like(norms));
  }

  weft::Wire<weft::rl::ValueFunction> value_;
  bool inner_;
  double clip_quantile_;
  int64_t warmup_mse_;
  bool normalize_;

  bool add_mse_ = false;  // during this fit
  at::Tensor weights_;    // diagonal: [rows, n], squared gradients, mean over heads; inner: [heads, rows, n]
};

}  // namespace

WEFT_PLUGIN("loss_vagram", "1.0.0", "MIT", weft::component_type<VagramLoss>("loss.vagram"))
