// agent.sac: soft actor-critic. Makes one component of Actor, Learner and Values.
#include <string>
#include <vector>

#include "actor.h"
#include "actor_critic/checks.h"
#include "actor_critic/parameters.h"
#include "actor_critic/values.h"
#include "learner.h"
#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"

namespace {

using namespace weft;

sac::Networks make_networks(Setup& setup, const Wire<rl::Environment>& environment) {
  const actor_critic::Features features(environment, setup.text("features") == "angle");
  Random random(setup.context().seed("weights"));
  return {features, actor_critic::ActionBounds(environment->spec(), "agent.sac"), setup.integers("hidden"),
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

actor_critic::ValueNetworks value_networks(const sac::Networks& networks, const std::string& heads) {
  return {networks.features, networks.policy_shape, networks.policy.weights.data(), networks.critic_shape,
          actor_critic::value_heads(networks.critics, networks.targets, heads)};
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
    actor_critic::describe_networks(type);
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
    actor_critic::describe_values(type);
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
        values_(value_networks(networks_, setup.text("value_heads")), setup.text("value_action") == "follow",
                context_.threads()) {}

  int64_t observation_size() const override { return networks_.features.observation_size(); }
  int64_t action_size() const override { return networks_.bounds.size(); }

  void update(const rl::TransitionBatch& batch) override {
    actor_critic::require_batch(batch, observation_size(), action_size());
    const sac::Report report = learner_.update(batch, random_, context_.threads());
    context_.work("FLOP", report.flop);
    context_.record("critic_loss", report.critic_loss);
    context_.record("value", report.value);
    context_.record("alpha", networks_.alpha());
    if (report.left_range)
      context_.log(LogLevel::warning,
                   actor_critic::left_range(report.value, *report.left_range, ", entropy bonuses included"));
    if (!report.actor_updated) return;
    context_.record("actor_loss", report.actor_loss);
    context_.record("entropy", report.entropy);
  }

  void sample(int64_t batch, const float* observations, Random& random, float* actions) override {
    act(batch, observations, &random, actions);
  }
  void deterministic(int64_t batch, const float* observations, float* actions) override {
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

  Context& context_;
  Random random_;
  sac::Networks networks_;
  sac::Learner learner_;
  sac::Actor actor_;
  actor_critic::Values values_;
};

}  // namespace

WEFT_PLUGIN("agent_sac", "1.0.0", "MIT", component_type<SacAgent>("agent.sac"))
