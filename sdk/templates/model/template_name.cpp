// model.template_name: an ensemble that is linear in quadratic features of observation and action.
// Includes one header per Torch operator: with torch/torch.h this file would take 20 s longer to compile.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "weft/core/plugin.h"
#include "weft/rl/environment.h"
#include "weft/rl/model.h"

namespace {

using Sizes = std::vector<int64_t>;

class TemplateName final : public weft::Component, public weft::rl::DynamicsModel {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary(
        "An ensemble of models that are linear in (1, x, x x'), where x is the normalized observation and action.");
    type.offers<weft::rl::DynamicsModel>("model", "the dynamics model");
    type.slot<weft::rl::Environment>("env", "the environment, for its sizes");
    type.integer("members", 5, weft::between(1, 1000), "number of models in the ensemble");
    type.integer("elites", 4, weft::between(1, 1000),
                 "how many members predict in rollouts: those with the best scores");
  }

  explicit TemplateName(weft::Setup& setup) : members_(setup.integer("members")) {
    const auto environment = setup.service<weft::rl::Environment>("env");
    n_ = environment->spec().observation_size;
    m_ = environment->spec().action_size;
    if (setup.integer("elites") > members_)
      throw weft::SetupError("elites", std::to_string(setup.integer("elites")) + " is more than 'members', which is " +
                                           std::to_string(members_) + "; use at most that many");
    elites_.resize(static_cast<std::size_t>(setup.integer("elites")));
    std::iota(elites_.begin(), elites_.end(), 0);

    const int64_t inputs = n_ + m_;
    center_ = at::zeros({inputs});
    scale_ = at::ones({inputs});
    pairs_ = at::empty({inputs * (inputs + 1) / 2}, at::kLong);
    int64_t* pair = pairs_.data_ptr<int64_t>();
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t j = 0; j <= i; ++j) *pair++ = i * inputs + j;

    // Small weights that differ between members; backward() accumulates their gradients.
    weights_ = at::empty({members_, 1 + inputs + pairs_.numel(), n_ + 1});
    weft::Random random(setup.context().seed("weights"));
    random.normal(weights_.data_ptr<float>(), weights_.numel());
    weights_.mul_(0.01).requires_grad_();
    first_moment_ = at::zeros(weights_.sizes());
    second_moment_ = at::zeros(weights_.sizes());
    snapshot_ = at::zeros(weights_.sizes());
  }

  int64_t members() const override { return members_; }
  int64_t elites() const override { return static_cast<int64_t>(elites_.size()); }
  int64_t observation_size() const override { return n_; }
  int64_t action_size() const override { return m_; }
  bool has_log_variance() const override { return false; }

  // A column with almost no deviation is not scaled: dividing by the deviation would amplify noise.
  void begin_fit(const weft::rl::FitData& data) override {
    const at::NoGradGuard no_gradients;
    const at::Tensor inputs = at::cat({data.observation, data.action}, -1);  // [rows, n + m]
    center_ = inputs.mean(0);
    const at::Tensor deviation = (inputs - center_).square().mean(0).sqrt();
    scale_ = deviation.clamp_min(1e-5).reciprocal().where(deviation > 1e-5, at::ones({n_ + m_}));
  }

  weft::rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    if (observation.dim() != 3 || observation.size(0) != members_)
      throw weft::Error("predict() got observations of another shape; [" + std::to_string(members_) + ", batch, " +
                        std::to_string(n_) + "] was expected");
    return {at::matmul(features(observation, action), weights_), {}};  // [members, batch, n + 1]
  }

  void step(const weft::rl::AdamSettings& settings) override {
    const at::NoGradGuard no_gradients;
    if (!weights_.grad().defined()) return;
    ++steps_;
    const at::Tensor gradient = weights_.grad() + settings.weight_decay * weights_;
    first_moment_.mul_(settings.beta1).add_(gradient, 1.0 - settings.beta1);
    second_moment_.mul_(settings.beta2).addcmul_(gradient, gradient, 1.0 - settings.beta2);
    const double correction1 = 1.0 - std::pow(settings.beta1, static_cast<double>(steps_));
    const double correction2 = 1.0 - std::pow(settings.beta2, static_cast<double>(steps_));
    const at::Tensor denominator = (second_moment_ / correction2).sqrt_().add_(settings.epsilon);
    weights_.addcdiv_(first_moment_, denominator, -settings.learning_rate / correction1);
    weights_.mutable_grad() = at::Tensor();
  }

  void snapshot(int64_t member) override { copy(weights_, snapshot_, member); }
  void restore(int64_t member) override { copy(snapshot_, weights_, member); }
  void set_elites(const std::vector<int64_t>& members) override { elites_ = members; }

  // Draws an elite for each row. All members predict all rows, which is cheap for a model of this size.
  void sample(int64_t batch, const float* observation, const float* action, weft::Random& random,
              float* next_observation, float* reward) override {
    const at::NoGradGuard no_gradients;
    const at::Tensor observations = at::from_blob(const_cast<float*>(observation), {batch, n_});
    const at::Tensor actions = at::from_blob(const_cast<float*>(action), {batch, m_});
    // [members, batch, n + 1]
    const at::Tensor predictions = at::matmul(features(observations, actions), weights_).contiguous();
    for (int64_t row = 0; row < batch; ++row) {
      const int64_t elite = elites_[static_cast<std::size_t>(random.below(elites()))];
      const float* predicted = predictions.data_ptr<float>() + (elite * batch + row) * (n_ + 1);
      for (int64_t i = 0; i < n_; ++i) next_observation[row * n_ + i] = observation[row * n_ + i] + predicted[i];
      reward[row] = predicted[n_];
    }
  }

  void save(weft::StateWriter& writer) const override {
    for (const auto& [name, tensor] : state()) writer.array(name, tensor.sizes().vec(), tensor.data_ptr<float>());
    writer.number("steps", steps_);
    writer.array("elites", elites_);
  }
  void load(weft::StateReader& reader) override {
    for (const auto& [name, tensor] : state()) reader.array(name, tensor.sizes().vec(), tensor.data_ptr<float>());
    steps_ = reader.number<int64_t>("steps");
    reader.array("elites", {elites()}, elites_.data());
    for (const int64_t elite : elites_)
      if (elite < 0 || elite >= members_)
        throw weft::Error("the stored elite " + std::to_string(elite) + " is not a member; 0 to " +
                          std::to_string(members_ - 1) + " were expected");
  }

 private:
  /// The features (1, x_i, x_i x_j for j <= i) `[..., features]`, where x is the normalized observation and action in
  /// the last dimension.
  at::Tensor features(const at::Tensor& observation, const at::Tensor& action) const {
    const at::Tensor x = (at::cat({observation, action}, -1) - center_) * scale_;
    const at::Tensor products = (x.unsqueeze(-1) * x.unsqueeze(-2)).flatten(-2);
    Sizes one = x.sizes().vec();
    one.back() = 1;
    return at::cat({at::ones(one), x, at::index_select(products, -1, pairs_)}, -1);
  }

  /// Copies the weights of one member.
  void copy(const at::Tensor& from, const at::Tensor& to, int64_t member) {
    const at::NoGradGuard no_gradients;
    to.select(0, member).copy_(from.select(0, member));
  }

  /// The tensors to save and load, by name.
  std::vector<std::pair<std::string, at::Tensor>> state() const {
    return {{"weights", weights_},
            {"first_moment", first_moment_},
            {"second_moment", second_moment_},
            {"center", center_},
            {"scale", scale_}};
  }

  int64_t members_, n_ = 0, m_ = 0;
  std::vector<int64_t> elites_;
  at::Tensor weights_;                       ///< [members, features, n + 1]
  at::Tensor first_moment_, second_moment_;  ///< Adam's moments, of the same shape
  at::Tensor snapshot_;                      ///< the weights that snapshot() copied, of the same shape
  at::Tensor center_, scale_;                ///< [n + m]: the normalized input is (input - center) * scale
  at::Tensor pairs_;                         ///< indices of the products in x x' that are features
  int64_t steps_ = 0;                        ///< Adam's steps
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("model.template_name"))
