// loss.template_name: the squared error of the next observation, plus the weighted squared error of the reward.
// Includes one header per Torch operator: with torch/torch.h this file would take 20 s longer to compile.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/square.h>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"

namespace {

class TemplateName final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary("Mean squared error of the next observation, plus a weighted squared error of the reward.");
    type.offers<weft::rl::ModelLoss>("loss", "the loss");
    type.real("reward_weight", 1.0, weft::at_least(0.0), "weight of the squared error of the reward");
  }

  explicit TemplateName(weft::Setup& setup) : reward_weight_(setup.real("reward_weight")) {}

  // Returns one number per member and row, [members, batch], which must not depend on other rows or members. Autograd
  // differentiates it with respect to the prediction.
  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor squared = (prediction.mean - batch.target).square();  // [members, batch, n + 1]
    return squared.slice(-1, 0, -1).mean(-1) + reward_weight_ * squared.select(-1, -1);
  }

 private:
  double reward_weight_;
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("loss.template_name"))
