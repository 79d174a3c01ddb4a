// loss.template_name: the squared error of the next observation, plus that of the reward with a weight of its own.
// One header for each operator of Torch that is used: the whole of Torch would take 20 s to compile.
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
    type.real("reward_weight", 1.0, weft::at_least(0.0), "how much the reward's error counts");
  }

  explicit TemplateName(weft::Setup& setup) : reward_weight_(setup.real("reward_weight")) {}

  // One number per member and row, which may not depend on other rows. Torch derives it by the prediction.
  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor squared = (prediction.mean - batch.target).square();  // [members, batch, n + 1]
    return squared.slice(-1, 0, -1).mean(-1) + reward_weight_ * squared.select(-1, -1);
  }

 private:
  double reward_weight_;
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("loss.template_name"))
