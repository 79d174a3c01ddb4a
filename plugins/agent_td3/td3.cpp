// agent.td3: twin delayed deep deterministic policy gradient.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "actor_critic/checks.h"
#include "actor_critic/parameters.h"
#include "actor_critic/values.h"
#include "dense/parallel.h"
#include "learner.h"
#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"

namespace {

using namespace weft;

td3::Networks make_networks(Setup& setup, const Wire<rl::Environment>& environment) {
  const actor_critic::Features features(environment, setup.text("features") == "angle");
  Random random(setup.context().seed("weights"));
  return {features, actor_critic::ActionBounds(environment->spec(), "agent.td3"), setup.integers("hidden"), random};
}

td3::Settings read_settings(const Setup& setup) {
  td3::Settings settings;
  settings.gamma = setup.real("gamma");
  settings.tau = setup.real("tau");
  settings.critic_learning_rate = setup.real("critic_learning_rate");
  settings.actor_learning_rate = setup.real("actor_learning_rate");
  settings.reward_scale = setup.real("reward_scale");
  settings.target_noise = setup.real("target_noise");
  settings.target_noise_clip = setup.real("target_noise_clip");
  settings.actor_every = setup.integer("actor_every");
  return settings;
}

actor_critic::ValueNetworks value_networks(const td3::Networks& networks, const std::string& heads) {
  return {networks.features, networks.policy_shape, networks.policy.weights.data(), networks.critic_shape,
          actor_critic::value_heads(networks.critics, networks.targets, heads)};
}

class Td3Agent final : public Component,
                       public rl::Agent,
                       public rl::Policy,
                       public rl::ValueFunction,
                       public rl::ValueSnapshot {
 public:
  static void describe(Description<Td3Agent>& type) {
    type.summary("Twin delayed DDPG: twin critics, a deterministic policy, and noise for exploring.");
    type.reference("Fujimoto, van Hoof and Meger, ICML 2018, algorithm 1");
    type.offers<rl::Agent>("agent", "learns from batches of transitions");
    type.offers<rl::Policy>("policy", "the deterministic policy, with noise where actions are drawn");
    type.offers<rl::ValueFunction>("value", "V_i(s) = Q_i(s, pi(s)), a head for each critic");
    type.offers<rl::ValueSnapshot>("snapshot", "policy, critics and targets, to be saved while they learn");
    actor_critic::describe_networks(type);
    type.real("critic_learning_rate", 3e-4, above(0.0), "learning rate of the Adam optimizer of both critics");
    type.real("actor_learning_rate", 3e-4, above(0.0), "learning rate of the Adam optimizer of the policy");
    type.integer("actor_every", 2, at_least(1), "number of critic updates per update of the policy and of all targets",
                 "updates");
    type.real("tau", 0.005, between(0.0, 1.0), "share of each network that an update of its target mixes into it");
    type.real("exploration_noise", 0.1, at_least(0.0),
              "standard deviation of the noise of drawn actions, for actions in [-1, 1]");
    type.real("target_noise", 0.2, at_least(0.0),
              "standard deviation of the noise of the actions that the critics' targets are computed with, for actions "
              "in [-1, 1]");
    type.real("target_noise_clip", 0.5, at_least(0.0), "largest absolute value of that noise");
    actor_critic::describe_values(type);
    type.averaged("critic_loss", "sum of the mean squared errors of both critics");
    type.averaged("value", "mean value of both critics over the batch");
    type.averaged("actor_loss", "mean of -Q_1");
  }

  explicit Td3Agent(Setup& setup)
      : context_(setup.context()),
        random_(context_.seed("updates")),
        networks_(make_networks(setup, setup.service<rl::Environment>("env"))),
        learner_(networks_, read_settings(setup)),
        values_(value_networks(networks_, setup.text("value_heads")), setup.text("value_action") == "follow",
                context_.threads()),
        exploration_noise_(static_cast<float>(setup.real("exploration_noise"))),
        workers_(static_cast<std::size_t>(context_.threads())) {}

  int64_t observation_size() const override { return networks_.features.observation_size(); }
  int64_t action_size() const override { return networks_.bounds.size(); }

  void update(const rl::TransitionBatch& batch) override {
    actor_critic::require_batch(batch, observation_size(), action_size());
    const td3::Report report = learner_.update(batch, random_, context_.threads());
    context_.work("FLOP", report.flop);
    context_.record("critic_loss", report.critic_loss);
    context_.record("value", report.value);
    if (report.left_range)
      context_.log(LogLevel::warning, actor_critic::left_range(report.value, *report.left_range, ""));
    if (report.actor_updated) context_.record("actor_loss", report.actor_loss);
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
  /// Memory of one thread, for one block of rows.
  struct Worker {
    std::vector<float> features, noise, action;
    dense::Workspace workspace;
  };

  void act(int64_t batch, const float* observations, Random* random, float* actions) {
    const uint64_t seed = random ? random->next() : 0;
    dense::for_units(static_cast<int>(workers_.size()), dense::row_units(batch), [&](int64_t unit, int worker) {
      const int64_t first = unit * dense::rows_per_unit;
      Random noise(mix_seed(seed + static_cast<uint64_t>(unit)));
      block(workers_[static_cast<std::size_t>(worker)], std::min(dense::rows_per_unit, batch - first),
            observations + first * observation_size(), random ? &noise : nullptr, actions + first * action_size());
    });
    context_.work("FLOP", static_cast<double>(batch) * networks_.policy_shape.forward_flop());
  }

  void block(Worker& worker, int64_t rows, const float* observations, Random* random, float* actions) const {
    const int64_t features = networks_.features.size(), m = action_size();
    worker.features.resize(static_cast<std::size_t>(rows * features));
    worker.noise.assign(static_cast<std::size_t>(rows * m), 0.0f);
    worker.action.resize(static_cast<std::size_t>(m));
    networks_.features.write(rows, observations, worker.features.data(), features);
    const float* const output = networks_.policy_shape.evaluate(networks_.policy.weights.data(), worker.features.data(),
                                                                rows, worker.workspace);
    if (random) random->normal(worker.noise.data(), rows * m);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t i = 0; i < m; ++i) {
        const auto at = static_cast<std::size_t>(row * m + i);
        worker.action[static_cast<std::size_t>(i)] =
            std::clamp(std::tanh(output[at]) + exploration_noise_ * worker.noise[at], -1.0f, 1.0f);
      }
      networks_.bounds.denormalize(worker.action.data(), actions + row * m);
    }
  }

  Context& context_;
  Random random_;
  td3::Networks networks_;
  td3::Learner learner_;
  actor_critic::Values values_;
  float exploration_noise_;
  std::vector<Worker> workers_;
};

}  // namespace

WEFT_PLUGIN("agent_td3", "1.0.0", "MIT", component_type<Td3Agent>("agent.td3"))
