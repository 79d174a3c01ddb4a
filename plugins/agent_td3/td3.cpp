// agent.td3: twin delayed deep deterministic policy gradient.
#include <algorithm>
#include <cmath>

#include "actor_critic/agent.h"
#include "actor_critic/checks.h"
#include "actor_critic/parameters.h"
#include "learner.h"
#include "networks.h"
#include "weft/core/plugin.h"

namespace {

using namespace weft;

class Td3Agent final : public actor_critic::AgentComponent<td3::Networks, td3::Learner> {
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
      : AgentComponent(setup), exploration_noise_(static_cast<float>(setup.real("exploration_noise"))) {}

  void update(const rl::TransitionBatch& batch) override {
    actor_critic::require_batch(batch, observation_size(), action_size());
    const td3::Report report = learner_.update(batch, random_, context_.threads());
    context_.work("FLOP", report.flop);
    record(report.critics, "");
    if (report.actor_updated) context_.record("actor_loss", report.actor_loss);
  }

 private:
  void to_action(const float* output, const float* noise, float* action) const override {
    for (int64_t i = 0; i < action_size(); ++i)
      action[i] = std::clamp(std::tanh(output[i]) + (noise ? exploration_noise_ * noise[i] : 0.0f), -1.0f, 1.0f);
  }

  float exploration_noise_;
};

}  // namespace

WEFT_PLUGIN("agent_td3", "1.0.0", "MIT", component_type<Td3Agent>("agent.td3"))
