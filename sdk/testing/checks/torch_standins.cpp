#include "torch_standins.h"

#include <ATen/ops/bmm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>

#include <algorithm>

#include "weft/core/plugin.h"
#include "weft/rl/environment.h"
#include "weft/rl/value_function.h"
#include "weft/testing/fit.h"
#include "weft/testing/loss.h"

namespace weft::checks {
namespace {

/// V_h(s) = (h + 1) |s|^2 / 2 + w_h . s
class ValueStandin final : public Component, public rl::ValueFunction {
 public:
  static void describe(Description<ValueStandin>& type) {
    type.summary("A quadratic value function with two heads, for checks.");
    type.offers<rl::ValueFunction>("value", "the value function");
    type.slot<rl::Environment>("env", "the environment that defines the sizes");
  }
  explicit ValueStandin(Setup& setup)
      : linear_(testing::normal({2, 1, setup.service<rl::Environment>("env")->spec().observation_size},
                                setup.context().seed("linear"))),
        curvature_(at::stack({at::ones({1, 1}), 2 * at::ones({1, 1})})) {}
  int64_t heads() const override { return 2; }
  int64_t observation_size() const override { return linear_.size(2); }
  at::Tensor values(const at::Tensor& observations) override {
    return ((curvature_ / 2 * observations + linear_) * observations).sum(-1);
  }
  at::Tensor gradients(const at::Tensor& observations) override {
    return (curvature_ * observations + linear_).detach();
  }

 private:
  at::Tensor linear_;     // [heads, 1, obs]
  at::Tensor curvature_;  // [heads, 1, 1]
};

class LossStandin final : public Component, public rl::ModelLoss {
 public:
  static void describe(Description<LossStandin>& type) {
    type.summary("The squared error, for checks.");
    type.offers<rl::ModelLoss>("loss", "the loss");
  }
  explicit LossStandin(Setup&) {}
  at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    const at::Tensor squares = (prediction.mean - batch.target).square();
    return squares.slice(-1, 0, -1).mean(-1) + squares.select(-1, -1);
  }
};

/// Two linear members, trained by gradient descent without Adam.
class ModelStandin final : public Component, public rl::DynamicsModel {
 public:
  static void describe(Description<ModelStandin>& type) {
    type.summary("An ensemble of two linear models, for checks.");
    type.offers<rl::DynamicsModel>("model", "the model");
    type.slot<rl::Environment>("env", "the environment that defines the sizes");
  }
  explicit ModelStandin(Setup& setup) {
    const rl::EnvironmentSpec spec = setup.service<rl::Environment>("env")->spec();
    n_ = spec.observation_size;
    m_ = spec.action_size;
    weights_ = (0.1 * testing::normal({2, n_ + m_, n_ + 1}, setup.context().seed("weights"))).requires_grad_(true);
  }
  int64_t members() const override { return 2; }
  int64_t elites() const override { return 1; }
  int64_t observation_size() const override { return n_; }
  int64_t action_size() const override { return m_; }
  bool has_log_variance() const override { return false; }
  void begin_fit(const rl::FitData&) override {}
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    return {at::bmm(at::cat({observation, action}, -1), weights_), {}};
  }
  void step(const rl::AdamSettings& settings) override {
    const at::NoGradGuard no_gradients;
    if (weights_.grad().defined()) weights_ -= 10 * settings.learning_rate * weights_.grad();
    weights_.mutable_grad() = at::Tensor();
  }
  void snapshot(int64_t member) override { kept_[member] = weights_.detach().select(0, member).clone(); }
  void restore(int64_t member) override { weights_.detach().select(0, member).copy_(kept_[member]); }
  void set_elites(const std::vector<int64_t>& members) override { elite_ = members.at(0); }
  void sample(int64_t batch, const float* observation, const float* action, Random&, float* next_observation,
              float* reward) override {
    const at::Tensor weights = weights_.detach().select(0, elite_).contiguous();  // [n + m, n + 1]
    const float* const w = weights.data_ptr<float>();
    for (int64_t row = 0; row < batch; ++row) {
      for (int64_t output = 0; output <= n_; ++output) {
        float sum = output < n_ ? observation[row * n_ + output] : 0.0f;
        for (int64_t input = 0; input < n_; ++input)
          sum += observation[row * n_ + input] * w[input * (n_ + 1) + output];
        for (int64_t input = 0; input < m_; ++input)
          sum += action[row * m_ + input] * w[(n_ + input) * (n_ + 1) + output];
        (output < n_ ? next_observation[row * n_ + output] : reward[row]) = sum;
      }
    }
  }
  void save(StateWriter& writer) const override {
    writer.array("weights", weights_.sizes().vec(), weights_.data_ptr<float>());
    writer.number("elite", elite_);
  }
  void load(StateReader& reader) override {
    reader.array("weights", weights_.sizes().vec(), weights_.data_ptr<float>());
    elite_ = reader.number<int64_t>("elite");
    if (elite_ < 0 || elite_ > 1)
      throw Error("the stored elite is " + std::to_string(elite_) + "; 0 or 1 was expected");
  }

 private:
  int64_t n_ = 0, m_ = 0, elite_ = 0;
  at::Tensor weights_;  // [members, n + m, n + 1]
  at::Tensor kept_[2];
};

}  // namespace

const weft_component_type* value_standin() { return component_type<ValueStandin>("standin.value_function"); }
const weft_component_type* loss_standin() { return component_type<LossStandin>("standin.model_loss"); }
const weft_component_type* model_standin() { return component_type<ModelStandin>("standin.dynamics_model"); }

}  // namespace weft::checks
