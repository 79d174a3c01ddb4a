// loss.nll: the negative log-likelihood of a Gaussian prediction, for maximum-likelihood models.
#include <ATen/TensorOperators.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"

namespace {

class NllLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<NllLoss>& type) {
    type.summary("Gaussian negative log-likelihood, (mean - target)^2 / variance + log variance, constants dropped.");
    type.reference("Chua et al., NeurIPS 2018; Janner et al., NeurIPS 2019: maximum likelihood");
    type.offers<weft::rl::ModelLoss>("loss", "the loss; it trains means and log-variances");
    type.real("reward_weight", 1.0, weft::at_least(0.0),
              "factor of the reward's term; with 1 / n, n the observation size, the reward counts like one number of "
              "the observation, as in MBPO");
  }

  explicit NllLoss(weft::Setup& setup) : reward_weight_(setup.real("reward_weight")) {}

  bool trains_log_variance() const override { return true; }

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor& log_variance = prediction.log_variance;
    return state_plus_reward((prediction.mean - batch.target).square() * log_variance.neg().exp() + log_variance);
  }

  /// The squared error of the mean: members are compared by their predictions, not by their variances.
  at::Tensor score(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    return state_plus_reward((prediction.mean - batch.target).square());
  }

 private:
  /// Mean over the state dimensions plus the weighted element of the reward: [members, batch, n + 1] -> [members,
  /// batch].
  at::Tensor state_plus_reward(const at::Tensor& elements) const {
    return elements.slice(-1, 0, -1).mean(-1) + reward_weight_ * elements.select(-1, -1);
  }

  double reward_weight_;
};

}  // namespace

WEFT_PLUGIN("loss_nll", "1.0.0", "MIT", weft::component_type<NllLoss>("loss.nll"))
