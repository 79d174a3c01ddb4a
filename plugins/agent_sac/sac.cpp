// agent.sac: soft actor-critic. Makes one component of Actor, Learner and Values.
#include <fmt/core.h>

#include <cmath>
#include <vector>

#include "actor.h"
#include "learner.h"
#include "values.h"
#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"

namespace {

using namespace weft;

/// Whether the environment treats the first number of an observation as an angle: wrap() gives the same for it and for
/// a whole turn more.
bool begins_with_angle(const Wire<rl::Environment>& environment, int64_t observation_size) {
  if (observation_size < 1) return false;
  constexpr double angle = 0.5, turn = 6.283185307179586;  // rad
  const auto width = static_cast<std::size_t>(observation_size);
  std::vector<double> rows(2 * width);
  rows[0] = angle;
  rows[width] = angle + turn;
  environment->wrap(rows);
  return std::abs(rows[0] - rows[width]) < 1e-6;
}

sac::Networks make_networks(Setup& setup, const Wire<rl::Environment>& environment) {
  const rl::EnvironmentSpec& spec = environment->spec();
  const bool angle = setup.text("features") == "angle";
  if (angle && !begins_with_angle(environment, spec.observation_size))
    throw SetupError("features",
                     "\"angle\" needs observations whose first number is an angle, but the environment in slot 'env' "
                     "does not wrap it at a whole turn; use features = \"none\", or wire an environment whose "
                     "observations begin with an angle, such as env.pendulum with observe = \"angle\"");
  Random random(setup.context().seed("weights"));
  return {sac::Features(spec.observation_size, angle), sac::ActionBounds(spec), setup.integers("hidden"),
          setup.real("initial_alpha"), random};
}

sac::Settings read_settings(const Setup& setup, int64_t action_size) {
  sac::Settings settings;
  settings.gamma = setup.real("gamma");
  settings.tau = setup.real("tau");
  settings.critic_learning_rate = setup.real("critic_learning_rate");
  settings.actor_learning_rate = setup.real("actor_learning_rate");
  settings.alpha_learning_rate = setup.real("alpha_learning_rate");
  settings.target_entropy = setup.real("target_entropy_per_dimension") * static_cast<double>(action_size);
  settings.reward_scale = setup.real("reward_scale");
  settings.learn_alpha = setup.text("temperature") == "learned";
  settings.actor_every = setup.integer("actor_every");
  settings.target_every = setup.integer("target_every");
  return settings;
}

std::vector<const float*> value_heads(const sac::Networks& networks, const std::string& which) {
  if (which == "first") return {networks.critics[0].weights.data()};
  std::vector<const float*> heads;
  if (which != "targets")
    for (const sac::Trained& critic : networks.critics) heads.push_back(critic.weights.data());
  if (which != "critics")
    for (const std::vector<float>& target : networks.targets) heads.push_back(target.data());
  return heads;
}

class SacAgent final : public Component,
                       public rl::Agent,
                       public rl::Policy,
                       public rl::ValueFunction,
                       public rl::ValueSnapshot {
 public:
  static void describe(Description<SacAgent>& type) {
    type.state_version(3);
    type.summary("Soft actor-critic: twin critics, a tanh-Gaussian policy and a learned temperature.");
    type.reference("Haarnoja et al., 2018 (arXiv 1812.05905)");
    type.offers<rl::Agent>("agent", "learns from batches of transitions");
    type.offers<rl::Policy>("policy", "the tanh-Gaussian policy");
    type.offers<rl::ValueFunction>("value", "V_i(s) = Q_i(s, tanh mu(s)), a head for each critic");
    type.offers<rl::ValueSnapshot>("snapshot", "policy, critics and targets, to be saved while they learn");
    type.slot<rl::Environment>("env", "the environment that gives sizes and action bounds");
    type.integers("hidden", {256, 256}, costly(between(1, 8192)), "units of the hidden layers of every network",
                  "units");
    type.choice("features", "none", {"none", "angle"},
                "none: the networks see observations as they are; angle: they see the first number, an angle, as its "
                "cosine and sine, and the environment has to wrap it");
    type.real("gamma", 0.99, between(0.0, 1.0), "discount factor of the value of the next step");
    type.real("reward_scale", 1.0, above(0.0), "factor that rewards are multiplied by");
    type.real("critic_learning_rate", 3e-4, above(0.0), "learning rate of the Adam optimizer of both critics");
    type.real("actor_learning_rate", 3e-4, above(0.0), "learning rate of the Adam optimizer of the policy");
    type.integer("actor_every", 1, at_least(1), "number of critic updates per update of the policy and the temperature",
                 "updates");
    type.real("tau", 0.005, between(0.0, 1.0), "share of the critics that each update of the targets mixes into them");
    type.integer("target_every", 1, at_least(1), "number of critic updates per update of the targets", "updates");
    type.choice("temperature", "learned", {"learned", "fixed"},
                "learned: alpha is learned for the target entropy; fixed: it stays at initial_alpha");
    type.real("initial_alpha", 0.1, above(0.0), "initial value of the temperature alpha");
    type.real("alpha_learning_rate", 3e-4, above(0.0), "learning rate of the Adam optimizer of the logarithm of alpha");
    type.real("target_entropy_per_dimension", -1.0, any_number(),
              "target entropy of the policy, divided by the number of action dimensions", "nats");
    type.choice("value_heads", "all", {"all", "critics", "targets", "first"},
                "which critics are heads of the value function; first: only the first of the two critics");
    type.choice("value_action", "follow", {"follow", "fixed"},
                "follow: value gradients include the path through the policy (the true derivative); fixed: the action "
                "counts as constant (VaGraM's published code)");
    type.averaged("critic_loss", "sum of the mean squared errors of both critics");
    type.averaged("value", "mean value of both critics over the batch");
    type.averaged("actor_loss", "mean of alpha log pi - min Q");
    type.averaged("entropy", "mean of -log pi, for actions in [-1, 1]", "nats");
    type.averaged("alpha", "the temperature alpha");
  }

  explicit SacAgent(Setup& setup)
      : context_(setup.context()),
        random_(context_.seed("updates")),
        networks_(make_networks(setup, setup.service<rl::Environment>("env"))),
        learner_(networks_, read_settings(setup, networks_.bounds.size())),
        actor_(networks_, context_.threads()),
        values_(networks_, value_heads(networks_, setup.text("value_heads")), setup.text("value_action") == "follow",
                context_.threads()) {}

  int64_t observation_size() const override { return networks_.features.observation_size(); }
  int64_t action_size() const override { return networks_.bounds.size(); }

  void update(const rl::TransitionBatch& batch) override {
    if (batch.size < 1 || batch.observation_size != observation_size() || batch.action_size != action_size())
      throw Error(
          fmt::format("update() was called with {} rows of observation size {} and action size {}; at least 1 row of "
                      "{} and {} was expected",
                      batch.size, batch.observation_size, batch.action_size, observation_size(), action_size()));
    const sac::Report report = learner_.update(batch, random_, context_.threads());
    context_.work("FLOP", report.flop);
    context_.record("critic_loss", report.critic_loss);
    context_.record("value", report.value);
    context_.record("alpha", networks_.alpha());
    if (report.left_range) warn(report);
    if (!report.actor_updated) return;
    context_.record("actor_loss", report.actor_loss);
    context_.record("entropy", report.entropy);
  }

  void sample(int64_t batch, const float* observations, Random& random, float* actions) override {
    act(batch, observations, &random, actions);
  }
  void mean(int64_t batch, const float* observations, float* actions) override {
    act(batch, observations, nullptr, actions);
  }

  int64_t heads() const override { return values_.heads(); }
  at::Tensor values(const at::Tensor& observations) override {
    at::Tensor values = values_.values(observations);
    context_.work("FLOP", values_.take_flop());
    return values;
  }
  at::Tensor gradients(const at::Tensor& observations) override {
    at::Tensor gradients = values_.gradients(observations);
    context_.work("FLOP", values_.take_flop());
    return gradients;
  }

  void save_value(StateWriter& writer) const override { networks_.save_weights(writer); }
  void load_value(StateReader& reader) override { networks_.load_weights(reader); }

  void save(StateWriter& writer) const override {
    networks_.save(writer);
    learner_.save(writer);
    random_.save(writer, "random");
  }
  void load(StateReader& reader) override {
    networks_.load(reader);
    learner_.load(reader);
    random_.load(reader, "random");
  }

 private:
  void act(int64_t batch, const float* observations, Random* random, float* actions) {
    actor_.act(batch, observations, random, actions);
    context_.work("FLOP", static_cast<double>(batch) * networks_.policy_shape.forward_flop());
  }

  void warn(const sac::Report& report) {
    context_.log(
        LogLevel::warning,
        fmt::format("the mean value of the critics is {:.4g}, but with the rewards so far no policy has a value "
                    "outside {:.4g} to {:.4g}, entropy bonuses included: the critics have diverged. Fewer "
                    "updates per step, a smaller share of model data, a shorter horizon or a smaller "
                    "critic_learning_rate may help. This warning is printed once.",
                    report.value, report.left_range->low, report.left_range->high));
  }

  Context& context_;
  Random random_;
  sac::Networks networks_;
  sac::Learner learner_;
  sac::Actor actor_;
  sac::Values values_;
};

}  // namespace

WEFT_PLUGIN("agent_sac", "1.0.0", "MIT", component_type<SacAgent>("agent.sac"))
