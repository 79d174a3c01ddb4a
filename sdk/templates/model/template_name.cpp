// model.template_name: an ensemble that is linear in quadratic features of observation and action.
// One header for each operator of Torch that is used: the whole of Torch would take 20 s to compile.
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
    type.summary("An ensemble of models that are linear in (1, x, x x') of normalised observation and action x.");
    type.offers<weft::rl::DynamicsModel>("model", "the dynamics model");
    type.slot<weft::rl::Environment>("env", "for the sizes of observations and actions");
    type.integer("members", 5, weft::between(1, 1000), "models, each with weights and data of its own");
    type.integer("elites", 4, weft::between(1, 1000), "how many members speak in rollouts: those with the best scores");
  }

  explicit TemplateName(weft::Setup& setup) : members_(setup.integer("members")) {
    const auto environment = setup.service<weft::rl::Environment>("env");
    n_ = environment->spec().observation_size;
    m_ = environment->spec().action_size;
    if (setup.integer("elites") > members_)
      throw weft::SetupError("elites", "there are more elites than members; at most " + std::to_string(members_));
    elites_.resize(static_cast<std::size_t>(setup.integer("elites")));
    std::iota(elites_.begin(), elites_.end(), 0);

    const int64_t inputs = n_ + m_;
    center_ = at::zeros({inputs});
    scale_ = at::ones({inputs});
    pairs_ = at::empty({inputs * (inputs + 1) / 2}, at::kLong);
    int64_t* pair = pairs_.data_ptr<int64_t>();
    for (int64_t i = 0; i < inputs; ++i)
      for (int64_t j = 0; j <= i; ++j) *pair++ = i * inputs + j;

    // Small weights that differ from member to member; their gradient is what backward() gathers.
    weights_ = at::empty({members_, 1 + inputs + pairs_.numel(), n_ + 1});
    weft::Random random(setup.context().seed("weights"));
    random.normal(weights_.data_ptr<float>(), weights_.numel());
    weights_.mul_(0.01).requires_grad_();
    first_moment_ = at::zeros(weights_.sizes());
    second_moment_ = at::zeros(weights_.sizes());
    kept_ = at::zeros(weights_.sizes());
  }

  int64_t members() const override { return members_; }
  int64_t elites() const override { return static_cast<int64_t>(elites_.size()); }
  int64_t observation_size() const override { return n_; }
  int64_t action_size() const override { return m_; }
  bool has_log_variance() const override { return false; }

  // A column that hardly moves is not scaled: dividing by its deviation would blow up noise.
  void begin_fit(const weft::rl::FitData& data) override {
    const at::NoGradGuard no_gradients;
    const at::Tensor inputs = at::cat({data.observation, data.action}, -1);  // [rows, n + m]
    center_ = inputs.mean(0);
    const at::Tensor deviation = (inputs - center_).square().mean(0).sqrt();
    scale_ = deviation.clamp_min(1e-5).reciprocal().where(deviation > 1e-5, at::ones({n_ + m_}));
  }

  weft::rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    if (observation.dim() != 3 || observation.size(0) != members_)
      throw weft::Error("predict() was given another shape than [" + std::to_string(members_) + ", batch, size]");
    return {at::matmul(features(observation, action), weights_), {}};  // [members, batch, n + 1]
  }

  void step(const weft::rl::AdamSettings& settings) override {
    const at::NoGradGuard no_gradients;
    const at::Tensor gathered = weights_.grad();
    if (!gathered.defined()) return;
    ++steps_;
    const at::Tensor gradient = gathered + settings.weight_decay * weights_;
    first_moment_.mul_(settings.beta1).add_(gradient, 1.0 - settings.beta1);
    second_moment_.mul_(settings.beta2).addcmul_(gradient, gradient, 1.0 - settings.beta2);
    const double correction1 = 1.0 - std::pow(settings.beta1, static_cast<double>(steps_));
    const double correction2 = 1.0 - std::pow(settings.beta2, static_cast<double>(steps_));
    const at::Tensor size = (second_moment_ / correction2).sqrt_().add_(settings.epsilon);
    weights_.addcdiv_(first_moment_, size, -settings.learning_rate / correction1);
    weights_.mutable_grad() = at::Tensor();
  }

  void snapshot(int64_t member) override { copy(weights_, kept_, member); }
  void restore(int64_t member) override { copy(kept_, weights_, member); }
  void set_elites(const std::vector<int64_t>& members) override { elites_ = members; }

  // A drawn elite speaks for each row. All members predict: the network is small.
  void sample(int64_t batch, const float* observation, const float* action, weft::Random& random,
              float* next_observation, float* reward) override {
    const at::NoGradGuard no_gradients;
    const at::Tensor seen = at::from_blob(const_cast<float*>(observation), {batch, n_});
    const at::Tensor done = at::from_blob(const_cast<float*>(action), {batch, m_});
    const at::Tensor all = at::matmul(features(seen, done), weights_).contiguous();  // [members, batch, n + 1]
    for (int64_t row = 0; row < batch; ++row) {
      const int64_t speaker = elites_[static_cast<std::size_t>(random.below(elites()))];
      const float* said = all.data_ptr<float>() + (speaker * batch + row) * (n_ + 1);
      for (int64_t i = 0; i < n_; ++i) next_observation[row * n_ + i] = observation[row * n_ + i] + said[i];
      reward[row] = said[n_];
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
        throw weft::Error("the stored elite " + std::to_string(elite) + " is no member; there are " +
                          std::to_string(members_));
  }

 private:
  /// (1, x, x_i x_j for j <= i) for the last dimension of observation and action.
  at::Tensor features(const at::Tensor& observation, const at::Tensor& action) const {
    const at::Tensor x = (at::cat({observation, action}, -1) - center_) * scale_;
    const at::Tensor products = (x.unsqueeze(-1) * x.unsqueeze(-2)).flatten(-2);
    Sizes one = x.sizes().vec();
    one.back() = 1;
    return at::cat({at::ones(one), x, at::index_select(products, -1, pairs_)}, -1);
  }

  void copy(const at::Tensor& from, const at::Tensor& to, int64_t member) {
    const at::NoGradGuard no_gradients;
    to.select(0, member).copy_(from.select(0, member));
  }

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
  at::Tensor first_moment_, second_moment_;  ///< Adam's, of the same shape
  at::Tensor kept_;                          ///< what snapshot() copied
  at::Tensor center_, scale_;                ///< [n + m]
  at::Tensor pairs_;                         ///< which products of x x' are features
  int64_t steps_ = 0;
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("model.template_name"))
