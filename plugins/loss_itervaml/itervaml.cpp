// loss.itervaml: how much a prediction error changes the value.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/flatten.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/logical_not.h>
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

/// V at the observed next states does not change during a fit, so it is computed once.
class IterVamlFit final : public weft::rl::LossFit {
 public:
  IterVamlFit(const weft::rl::FitData& data, weft::Wire<weft::rl::ValueFunction> value, double reward_weight,
              bool zero_terminal)
      : value_(value), reward_weight_(reward_weight) {
    const at::NoGradGuard no_gradients;
    std::vector<at::Tensor> chunks;
    for (const at::Tensor& rows : data.next_observation.split(chunk_rows)) chunks.push_back(value_->values(rows));
    observed_ = at::cat(chunks, 1);
    if (zero_terminal) continues_ = data.terminated.logical_not().to(at::kFloat);
  }

  at::Tensor loss(const weft::rl::Prediction& prediction, const weft::rl::MemberBatch& batch) override {
    const at::Tensor next = (batch.observation + prediction.mean.slice(-1, 0, -1)).flatten(0, 1);  // [E batch, n]
    const at::Tensor predicted = value_->values(next);                                             // [heads, E batch]
    const at::Tensor observed = observed_.index_select(1, batch.row.flatten());
    const at::Tensor reward_error = prediction.mean.select(-1, -1) - batch.target.select(-1, -1);
    at::Tensor value_term = (observed - predicted).square().mean(0);
    if (continues_.defined()) value_term = value_term * continues_.index_select(0, batch.row.flatten());
    return value_term.view_as(reward_error) + reward_weight_ * reward_error.square();
  }

 private:
  weft::Wire<weft::rl::ValueFunction> value_;
  double reward_weight_;
  at::Tensor observed_;   // [heads, rows]: V at the observed next states
  at::Tensor continues_;  // [rows]: 0 for rows that terminated, 1 for the others; undefined: all count
};

class IterVamlLoss final : public weft::Component, public weft::rl::ModelLoss {
 public:
  static void describe(weft::Description<IterVamlLoss>& type) {
    type.summary(
        "Squared difference of the values of observed and predicted next observation, plus the squared reward error.");
    type.reference("Farahmand, NeurIPS 2018: iterative value-aware model learning, with a deterministic prediction");
    type.offers<weft::rl::ModelLoss>("loss", "the loss; it trains no log-variances");
    type.slot<weft::rl::ValueFunction>("value", "the value function, held fixed during a fit");
    type.real("reward_weight", 1.0, weft::at_least(0.0),
              "factor of the reward's term; 1: reward and value count alike, as in the TD target for gamma near 1");
    type.choice("terminal_rows", "as_is", {"as_is", "zero"},
                "rows that terminated, whose next observation no value bootstraps from and no critic is trained at: "
                "as_is: treated like the others; zero: only their reward counts");
  }

  explicit IterVamlLoss(weft::Setup& setup)
      : value_(setup.service<weft::rl::ValueFunction>("value")),
        reward_weight_(setup.real("reward_weight")),
        zero_terminal_(setup.text("terminal_rows") == "zero") {}

  std::unique_ptr<weft::rl::LossFit> prepare(const weft::rl::FitData& data) override {
    return std::make_unique<IterVamlFit>(data, value_, reward_weight_, zero_terminal_);
  }

 private:
  weft::Wire<weft::rl::ValueFunction> value_;
  double reward_weight_;
  bool zero_terminal_;
};

}  // namespace

WEFT_PLUGIN("loss_itervaml", "1.0.0", "MIT", weft::component_type<IterVamlLoss>("loss.itervaml"))
