// agent.sac: soft actor-critic.
#include <algorithm>
#include <cmath>

#include "actor_critic/agent.h"
#include "actor_critic/checks.h"
#include "actor_critic/parameters.h"
#include "learner.h"
#include "networks.h"
#include "squashed_gaussian.h"
#include "weft/core/plugin.h"

namespace {

using namespace weft;

class SacAgent final : public actor_critic::AgentComponent<sac::Networks, sac::Learner> {
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

  explicit SacAgent(Setup& setup) : AgentComponent(setup) {}

  void update(const rl::TransitionBatch& batch) override {
    actor_critic::require_batch(batch, observation_size(), action_size());
    const sac::Report report = learner_.update(batch, random_, context_.threads());
    context_.work("FLOP", report.flop);
    record(report.critics, ", entropy bonuses included");
    context_.record("alpha", networks_.alpha());
    if (!report.actor_updated) return;
    context_.record("actor_loss", report.actor_loss);
    context_.record("entropy", report.entropy);
  }

 private:
  void to_action(const float* output, const float* noise, float* action) const override {
    const int64_t m = action_size();
    if (noise)
      sac::sample_action(m, output, noise, action);
    else
      std::transform(output, output + m, action, [](float mean) { return std::tanh(mean); });
  }
};

}  // namespace

WEFT_PLUGIN("agent_sac", "1.0.0", "MIT", component_type<SacAgent>("agent.sac"))
