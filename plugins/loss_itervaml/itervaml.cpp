// loss.itervaml: how much a prediction error changes the value.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/select.h>
#include <ATen/ops/slice.h>
#include <ATen/ops/split.h>
#include <ATen/ops/square.h>
#include <ATen/ops/view_as.h>

#include "weft/core/plugin.h"
#include "weft/rl/model.h"
#include "weft/rl/value_function.h"

namespace {

constexpr int64_t chunk_rows = 8192;  // bounds the memory of one pass through the value function

class IterVamlLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<IterVamlLoss>& type) {
    type.summary(
        "Squared difference of the values of observed and predicted next observation, plus the squared reward error.");
    type.reference("Farahmand, NeurIPS 2018: iterative value-aware model learning, with a deterministic prediction");
    type.offers<weft::rl::ModelLoss>("loss", "the loss; it trains no log-variances");
    type.slot<weft::rl::ValueFunction>("value", "the value function, held fixed during a fit");
  }

  explicit IterVamlLoss(weft::Setup& setup) : value_(setup.service<weft::rl::ValueFunction>("value")) {}

  /// V at the observed next states does not change during a fit, so it is computed once.
  void begin_fit(const weft::rl::FitData& data) override {
    const at::NoGradGuard no_gradients;
    std::vector<at::Tensor> chunks;
    for (const at::Tensor& rows : data.next_observation.split(chunk_rows)) chunks.push_back(value_->values(rows));
    observed_ = at::cat(chunks, 1);
  }

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor next = (batch.observation + prediction.mean.slice(-1, 0, -1)).flatten(0, 1);  // [E batch, n]
    const at::Tensor predicted = value_->values(next);                                             // [heads, E batch]
    const at::Tensor observed = observed_.index_select(1, batch.row.flatten());
    const at::Tensor reward_error = prediction.mean.select(-1, -1) - batch.target.select(-1, -1);
    return (observed - predicted).square().mean(0).view_as(reward_error) + reward_error.square();
  }

 private:
  weft::Wire<weft::rl::ValueFunction> value_;
  at::Tensor observed_;  // [heads, rows]: V at the observed next states
};

}  // namespace

WEFT_PLUGIN("loss_itervaml", "1.0.0", "MIT", weft::component_type<IterVamlLoss>("loss.itervaml"))
