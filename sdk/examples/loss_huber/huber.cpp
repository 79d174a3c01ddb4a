// loss.huber: quadratic for small errors and linear for large ones, so that outliers have less weight.
#include <ATen/TensorOperators.h>
#include <ATen/ops/huber_loss.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"

namespace {

class HuberLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<HuberLoss>& type) {
    type.summary("Huber loss of the next observation, plus the Huber loss of the reward.");
    type.reference("Huber, Annals of Mathematical Statistics, 1964");
    type.offers<weft::rl::ModelLoss>("loss", "the loss");
    type.real("delta", 1.0, weft::above(0.0), "absolute error above which the loss is linear");
  }

  explicit HuberLoss(weft::Setup& setup) : delta_(setup.real("delta")) {}

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor error = at::huber_loss(prediction.mean, batch.target, 0, delta_);  // [members, batch, n + 1]
    return error.slice(-1, 0, -1).mean(-1) + error.select(-1, -1);
  }

 private:
  double delta_;
};

}  // namespace

WEFT_PLUGIN("loss_huber", "1.0.0", "MIT", weft::component_type<HuberLoss>("loss.huber"))
