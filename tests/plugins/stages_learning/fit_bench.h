/// Shared by the tests of stage.fit_model: a model, a loss, data and values that the test controls.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <set>

#include "weft/rl/model.h"  // before Catch, whose CHECK has to be the last
#include "weft/rl/value_function.h"

#include "stages.h"
#include "support/stage_fakes.h"
#include "weft/testing/catch.h"

namespace weft::testing {

/// Predicts the one number that each member has learned, for every output. A step moves member e's number by
/// minus its gradient times the learning rate.
struct Constant final : rl::DynamicsModel {
  explicit Constant(int64_t members) : weight(at::zeros({members}, at::kFloat)) { weight.set_requires_grad(true); }
  int64_t members() const override { return weight.size(0); }
  int64_t elites() const override { return 2; }
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  bool has_log_variance() const override { return gaussian; }
  void begin_fit(const rl::FitData& data) override {
    normalizer_rows = data.observation.size(0);
    trains_log_variance = data.trains_log_variance;
  }
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    last_action = action.clone();
    const at::Tensor mean = weight.view({-1, 1, 1}) * at::ones({members(), observation.size(1), 3}, at::kFloat);
    return {detached ? mean.detach() : mean, gaussian ? (detached_variance ? mean.detach() : mean) : at::Tensor()};
  }
  void step(const rl::AdamSettings& settings) override {
    float* value = weight.data_ptr<float>();
    const at::Tensor gradient = weight.grad().clone();
    for (int64_t member = 0; member < members(); ++member)
      value[member] -= static_cast<float>(settings.learning_rate) * gradient.data_ptr<float>()[member];
    weight.mutable_grad().zero_();
    ++steps;
  }
  void snapshot(int64_t member) override { kept[static_cast<std::size_t>(member)] = weight.data_ptr<float>()[member]; }
  void restore(int64_t member) override {
    weight.data_ptr<float>()[member] = kept.at(static_cast<std::size_t>(member));
  }
  void set_elites(const std::vector<int64_t>& members) override { chosen = members; }
  void sample(int64_t, const float*, const float*, Random&, float*, float*) override {}

  at::Tensor weight, last_action;
  std::vector<float> kept = std::vector<float>(10, -1.0f);
  std::vector<int64_t> chosen;
  int64_t steps = 0, normalizer_rows = 0, observations = 2;
  bool gaussian = false, trains_log_variance = false, detached = false, detached_variance = false;
};

/// The loss raises each member's number by 1 per step (at learning rate 1, for any batch size). The scores are
/// scripted: one list per call, the last one from then on.
struct Scripted final : rl::ModelLoss {
  explicit Scripted(std::vector<std::vector<float>> list) : script(std::move(list)) {}
  bool trains_log_variance() const override { return gaussian; }
  std::unique_ptr<rl::LossFit> prepare(const rl::FitData& data) override {
    fits.push_back(data);
    return rl::ModelLoss::prepare(data);
  }
  at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    training.push_back(batch.row.clone());
    check(batch);
    return (detached ? prediction.mean.detach() : prediction.mean).select(-1, 0) * -factor;
  }
  at::Tensor score(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    validation.push_back(batch.row.clone());
    check(batch);
    const std::vector<float>& values = script[std::min(validation.size(), script.size()) - 1];
    at::Tensor scores = at::empty(batch.row.sizes(), at::kFloat);
    for (int64_t member = 0; member < scores.size(0); ++member)
      scores[member].fill_(values[static_cast<std::size_t>(member)]);
    REQUIRE_FALSE(prediction.mean.requires_grad());
    return scores;
  }
  /// The batch holds the rows of the fit's data that it names.
  void check(const rl::MemberBatch& batch) {
    const rl::FitData& data = fits.back();
    for (int64_t member = 0; member < batch.row.size(0); ++member) {
      const at::Tensor row = batch.row[member];
      const at::Tensor observation = data.observation.index_select(0, row),
                       next = data.next_observation.index_select(0, row);
      REQUIRE(batch.observation[member].equal(observation));
      REQUIRE(batch.next_observation[member].equal(next));
      REQUIRE(batch.target[member].slice(1, 0, 2).equal(next - observation));
      REQUIRE(batch.target[member].select(1, 2).equal(data.reward.index_select(0, row)));
    }
  }
  std::vector<std::vector<float>> script;
  float factor = 1.0f;
  bool gaussian = false, detached = false;
  std::vector<rl::FitData> fits;
  std::vector<at::Tensor> training, validation;  ///< the rows of each call
};

/// V(s) = 2 s0 in one head and -3 s0 in the other.
struct TwoHeads final : rl::ValueFunction {
  int64_t heads() const override { return 2; }
  int64_t observation_size() const override { return 2; }
  at::Tensor values(const at::Tensor& observations) override {
    const at::Tensor first = observations.select(1, 0);
    return at::stack({first * 2.0, first * -3.0});
  }
  at::Tensor gradients(const at::Tensor&) override { return {}; }
};

struct Fit {
  Fit(int64_t members, int64_t rows, std::vector<std::vector<float>> script, const std::string& more, uint64_t seed = 0)
      : model(members), loss(std::move(script)), data(rows) {
    made = stages().make("stage.fit_model", "learning_rate = 1.0\n" + more, wires(), seed);
  }
  Wires wires() {
    return {{"model", wire<rl::DynamicsModel>(model)},
            {"loss", wire<rl::ModelLoss>(loss)},
            {"data", wire<rl::Dataset>(data)},
            {"value", wire<rl::ValueFunction>(value)}};
  }
  double metric(const std::string& name) { return made->context->metrics[name].back(); }
  /// The rows that a member trained on, epoch by epoch, in order.
  std::vector<std::vector<int64_t>> rows_of_member(int64_t member, std::size_t batches) const {
    std::vector<std::vector<int64_t>> epochs;
    for (std::size_t call = 0; call < loss.training.size(); ++call) {
      if (call % batches == 0) epochs.emplace_back();
      const at::Tensor rows = loss.training[call][member].contiguous();
      epochs.back().insert(epochs.back().end(), rows.data_ptr<int64_t>(), rows.data_ptr<int64_t>() + rows.numel());
    }
    return epochs;
  }
  Constant model;
  Scripted loss;
  Counting data;
  TwoHeads value;
  std::unique_ptr<Made> made;
};

}  // namespace weft::testing
