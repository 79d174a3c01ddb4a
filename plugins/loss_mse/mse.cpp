// loss.mse: the squared error of the predicted observation and reward.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"

namespace {

class MseLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<MseLoss>& type) {
    type.summary("Mean squared error of the next observation, plus the squared error of the reward.");
    type.reference("Voelcker et al., ICLR 2022: the MSE baseline");
    type.offers<weft::rl::ModelLoss>("loss", "the loss; it trains no log-variances");
    type.real("reward_weight", 1.0, weft::at_least(0.0),
              "factor of the reward's term; with 1 / n, n the observation size, the reward counts like one number of "
              "the observation, as in MBPO");
  }

  explicit MseLoss(weft::Setup& setup) : reward_weight_(setup.real("reward_weight")) {}

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor squared = (prediction.mean - batch.target).square();  // [members, batch, n + 1]
    return squared.slice(-1, 0, -1).mean(-1) + reward_weight_ * squared.select(-1, -1);
  }

 private:
  double reward_weight_;
};

}  // namespace

WEFT_PLUGIN("loss_mse", "1.0.0", "MIT", weft::component_type<MseLoss>("loss.mse"))
