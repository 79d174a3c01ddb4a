// model.mlp_ensemble and model.linear. In autograd a prediction is one node, whose forward and backward passes are
// those of Ensemble; the gradients of the parameters never become tensors.
#include <ATen/core/grad_mode.h>
#include <ATen/core/ivalue.h>
#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/custom_function.h>

#include "ensemble.h"
#include "weft/core/plugin.h"
#include "weft/rl/environment.h"
#include "weft/rl/model.h"

namespace weft::model_mlp {
namespace {

/// Null if the tensor is undefined.
float* data_of(const at::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

class EnsembleModel : public Component, public rl::DynamicsModel {
 public:
  int64_t members() const override { return ensemble_.shape().members; }
  int64_t elites() const override { return ensemble_.shape().elites; }
  int64_t observation_size() const override { return ensemble_.shape().observation_size; }
  int64_t action_size() const override { return ensemble_.shape().action_size; }
  bool has_log_variance() const override { return ensemble_.shape().gaussian; }

  void begin_fit(const rl::FitData& data) override {
    const at::Tensor observation = data.observation.contiguous(), action = data.action.contiguous();
    at::Tensor next_observation, reward;
    if (ensemble_.shape().normalize_targets) {
      next_observation = data.next_observation.contiguous();
      reward = data.reward.contiguous();
    }
    fitted_ = true;
    ensemble_.begin_fit(observation.size(0), data.training_rows, data_of(observation), data_of(action),
                        data_of(next_observation), data_of(reward), data.trains_log_variance);
  }
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override;
  void step(const rl::AdamSettings& settings) override {
    ensemble_.step({settings.learning_rate, settings.weight_decay, settings.beta1, settings.beta2, settings.epsilon},
                   context_.threads());
  }
  void snapshot(int64_t member) override { ensemble_.snapshot(member); }
  void restore(int64_t member) override { ensemble_.restore(member); }
  void set_elites(const std::vector<int64_t>& members) override { ensemble_.set_elites(members); }
  void sample(int64_t batch, const float* observation, const float* action, Random& random, float* next_observation,
              float* reward) override {
    if (!fitted_) {
      context_.log(
          LogLevel::warning,
          "imagined rows come from a model that no fit has trained; let the stage that samples it fire after the "
          "first fit, with 'from' in its schedule entry");
      fitted_ = true;  // reported once
    }
    ensemble_.sample(rollout_, batch, observation, action, random, context_.threads(), next_observation, reward);
    report_work();
  }

  void save(StateWriter& writer) const override {
    ensemble_.save(writer);
    writer.number("fitted", static_cast<uint8_t>(fitted_));
  }
  void load(StateReader& reader) override {
    ensemble_.load(reader);
    fitted_ = reader.number<uint8_t>("fitted") != 0;
  }

 protected:
  EnsembleModel(Setup& setup, Shape shape)
      : context_(setup.context()),
        ensemble_(std::move(shape), Random(setup.context().seed("weights"))),
        rollout_(setup.text("rollout") == "mean" ? Rollout::mean : Rollout::random_elite),
        anchor_(at::empty({0}).requires_grad_()) {}

 private:
  struct Pass;
  void report_work() { context_.work("FLOP", ensemble_.take_flop()); }
  at::Tensor checked(const at::Tensor& rows, int64_t batch, int64_t width, const char* what) const;
  std::vector<at::Tensor> run(const at::Tensor& observation, const at::Tensor& action, bool keep);

  Context& context_;
  Ensemble ensemble_;
  Rollout rollout_;
  at::Tensor anchor_;  // requires a gradient on behalf of all parameters, and gets none
  int64_t passes_ = 0;
  bool fitted_ = false;  // a fit has begun, or its absence was reported
};

/// The node of autograd; its inputs are the anchor, the observation and the action.
struct EnsembleModel::Pass : torch::autograd::Function<Pass> {
  /// What the node keeps from forward() to backward().
  struct Kept : torch::CustomClassHolder {
    Kept(EnsembleModel* owner, int64_t pass) : model(owner), number(pass) {}
    EnsembleModel* model;
    int64_t number;
  };

  static std::vector<at::Tensor> forward(torch::autograd::AutogradContext* pass, const at::Tensor& /*anchor*/,
                                         const at::Tensor& observation, const at::Tensor& action,
                                         EnsembleModel* model) {
    pass->saved_data["kept"] = at::IValue::make_capsule(c10::make_intrusive<Kept>(model, ++model->passes_));
    return model->run(observation, action, /*keep=*/true);
  }

  static std::vector<at::Tensor> backward(torch::autograd::AutogradContext* pass,
                                          const std::vector<at::Tensor>& gradients) {
    const auto kept = pass->saved_data["kept"].toCapsule();
    EnsembleModel& model = *static_cast<const Kept&>(*kept).model;
    if (static_cast<const Kept&>(*kept).number != model.passes_)
      throw Error(
          "a later predict() has reused the buffers of this prediction; call backward() before the next predict()");
    const at::Tensor mean = gradients[0].contiguous();
    const at::Tensor log_variance = model.has_log_variance() ? gradients[1].contiguous() : at::Tensor();
    const int64_t batch = mean.size(1);
    at::Tensor observation, action;
    if (pass->needs_input_grad(1)) observation = at::empty({model.members(), batch, model.observation_size()});
    if (pass->needs_input_grad(2)) action = at::empty({model.members(), batch, model.action_size()});
    model.ensemble_.backward(mean.data_ptr<float>(), data_of(log_variance), model.context_.threads(),
                             pass->needs_input_grad(0), data_of(observation), data_of(action));
    model.report_work();
    return {at::Tensor(), observation, action, at::Tensor()};
  }
};

/// Checks type and shape, and makes the rows of each member contiguous.
at::Tensor EnsembleModel::checked(const at::Tensor& rows, int64_t batch, int64_t width, const char* what) const {
  const std::vector<int64_t> expected{members(), batch, width};
  if (rows.scalar_type() != at::kFloat || rows.sizes() != expected || batch < 1) {
    throw Error(fmt::format(
        "predict() was called with {} of type {} and shape [{}]; Float [{}, batch, {}] was expected, with a "
        "batch of at least 1, the same for observations and actions",
        what, c10::toString(rows.scalar_type()), fmt::join(rows.sizes(), ", "), members(), width));
  }
  return rows.select(0, 0).is_contiguous() ? rows : rows.contiguous();
}

std::vector<at::Tensor> EnsembleModel::run(const at::Tensor& observation, const at::Tensor& action, bool keep) {
  const int64_t batch = observation.dim() == 3 ? observation.size(1) : 0;
  const at::Tensor observations = checked(observation, batch, observation_size(), "observations");
  const at::Tensor actions = checked(action, batch, action_size(), "actions");
  const MemberRows rows{observations.data_ptr<float>(), observations.stride(0), actions.data_ptr<float>(),
                        actions.stride(0), batch};
  const at::Tensor mean = at::empty({members(), batch, ensemble_.outputs()});
  const at::Tensor log_variance = has_log_variance() ? at::empty(mean.sizes()) : at::Tensor();
  if (keep) {
    ensemble_.forward(rows, context_.threads(), data_of(mean), data_of(log_variance));
  } else {
    ensemble_.evaluate(rows, context_.threads(), data_of(mean), data_of(log_variance));
  }
  report_work();
  if (!has_log_variance()) return {mean};
  return {mean, log_variance};
}

rl::Prediction EnsembleModel::predict(const at::Tensor& observation, const at::Tensor& action) {
  const std::vector<at::Tensor> outputs =
      at::GradMode::is_enabled() ? Pass::apply(anchor_, observation, action, this) : run(observation, action, false);
  return {outputs[0], has_log_variance() ? outputs[1] : at::Tensor()};
}

/// What both types declare.
void describe_ensemble(TypeTables& type, int64_t members, int64_t elites) {
  type.state_version(3);
  type.slot<rl::Environment>("env", "the environment that gives the sizes of observations and actions");
  type.integer("members", members, costly(between(1, 1000)),
               "number of networks, each with its own weights and training rows");
  type.integer("elites", elites, costly(between(1, 1000)),
               "number of members used in rollouts: those with the best scores");
  type.choice("heads", "deterministic", {"deterministic", "gaussian"},
              "deterministic: a mean for each output; gaussian: also a log-variance, which loss.nll needs and trains; "
              "under a loss that does not train it, the model predicts as if it were deterministic");
  type.real("min_log_variance", -10.0, any_number(),
            "lower bound of log-variances, approached smoothly, in the units of the network's targets");
  type.real("max_log_variance", 0.5, any_number(),
            "upper bound of log-variances, approached smoothly, in the units of the network's targets");
  type.choice("predict", "delta", {"delta", "next"},
              "what the network predicts besides the reward: delta: the change of the observation; next: the next "
              "observation");
  type.flag("normalize_targets", false,
            "whether the network predicts targets scaled to mean 0 and deviation 1 over the training rows of each fit, "
            "each output by its own statistics; predictions and losses keep the units of the environment");
  type.choice(
      "rollout", "random_elite", {"random_elite", "mean"},
      "random_elite: each row uses an elite drawn at random, with noise if the last fit trained log-variances; mean: "
      "each row uses the mean of the elites");
}

Shape shape_of(Setup& setup, std::vector<int64_t> hidden, dense::Activation activation) {
  const rl::EnvironmentSpec spec = setup.service<rl::Environment>("env")->spec();
  Shape shape;
  shape.members = setup.integer("members");
  shape.elites = setup.integer("elites");
  shape.observation_size = spec.observation_size;
  shape.action_size = spec.action_size;
  shape.hidden = std::move(hidden);
  shape.activation = activation;
  shape.gaussian = setup.text("heads") == "gaussian";
  shape.min_log_variance = static_cast<float>(setup.real("min_log_variance"));
  shape.max_log_variance = static_cast<float>(setup.real("max_log_variance"));
  shape.target = setup.text("predict") == "next" ? Target::next_observation : Target::change;
  shape.normalize_targets = setup.flag("normalize_targets");
  if (shape.elites > shape.members)
    throw SetupError("elites", fmt::format("{} elites of {} members; at most as many elites as members were expected",
                                           shape.elites, shape.members));
  if (shape.min_log_variance >= shape.max_log_variance)
    throw SetupError("min_log_variance", "it has to be below max_log_variance");
  return shape;
}

class MlpEnsemble final : public EnsembleModel {
 public:
  static void describe(Description<MlpEnsemble>& type) {
    type.summary("An ensemble of multilayer perceptrons that predict the next observation and the reward.");
    type.reference("Chua et al., NeurIPS 2018; Janner et al., NeurIPS 2019");
    type.offers<rl::DynamicsModel>("model", "the dynamics model");
    describe_ensemble(type, 7, 5);
    type.integers("hidden", {200, 200, 200, 200}, costly(between(1, 8192)), "sizes of the hidden layers", "units");
    type.choice("activation", "silu", {"relu", "silu", "tanh"}, "activation after each hidden layer");
  }
  explicit MlpEnsemble(Setup& setup)
      : EnsembleModel(setup, shape_of(setup, setup.integers("hidden"), activation(setup.text("activation")))) {}

 private:
  static dense::Activation activation(const std::string& name) {
    if (name == "relu") return dense::Activation::relu;
    return name == "silu" ? dense::Activation::silu : dense::Activation::tanh;
  }
};

class Linear final : public EnsembleModel {
 public:
  static void describe(Description<Linear>& type) {
    type.summary("A model that is linear in (observation, action, 1), for experiments with low capacity.");
    type.reference("Voelcker et al., ICLR 2022, section 5.1");
    type.offers<rl::DynamicsModel>("model", "the dynamics model");
    describe_ensemble(type, 1, 1);
  }
  explicit Linear(Setup& setup) : EnsembleModel(setup, shape_of(setup, {}, dense::Activation::relu)) {}
};

}  // namespace
}  // namespace weft::model_mlp

WEFT_PLUGIN("model_mlp", "1.0.0", "MIT", weft::component_type<weft::model_mlp::MlpEnsemble>("model.mlp_ensemble"),
            weft::component_type<weft::model_mlp::Linear>("model.linear"))
