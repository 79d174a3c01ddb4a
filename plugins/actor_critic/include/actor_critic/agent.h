/// What the components of actor-critic agents have in common.
#pragma once

#include <cstdint>

#include "actor_critic/actor.h"
#include "actor_critic/critics.h"
#include "actor_critic/networks.h"
#include "actor_critic/values.h"
#include "weft/core/component.h"
#include "weft/core/random.h"
#include "weft/rl/agent.h"
#include "weft/rl/policy.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"

namespace weft::actor_critic {

/// Every service but what an algorithm decides: update(), and the actions for outputs of the policy. `NetworksOf`
/// derives from Networks and is made from a Setup; `LearnerOf` is made from a Setup and the networks.
template <class NetworksOf, class LearnerOf>
class AgentComponent : public Component,
                       public rl::Agent,
                       public rl::Policy,
                       public rl::ValueFunction,
                       public rl::ValueSnapshot {
 public:
  int64_t observation_size() const final { return networks_.features.observation_size(); }
  int64_t action_size() const final { return networks_.bounds.size(); }

  void sample(int64_t batch, const float* observations, Random& random, float* actions) final {
    act(batch, observations, &random, actions);
  }
  void deterministic(int64_t batch, const float* observations, float* actions) final {
    act(batch, observations, nullptr, actions);
  }

  int64_t heads() const final { return values_.heads(); }
  at::Tensor values(const at::Tensor& observations) final {
    at::Tensor values = values_.values(observations);
    context_.work("FLOP", values_.take_flop());
    return values;
  }
  at::Tensor gradients(const at::Tensor& observations) final {
    at::Tensor gradients = values_.gradients(observations);
    context_.work("FLOP", values_.take_flop());
    return gradients;
  }

  void save_value(StateWriter& writer) const final { networks_.save_weights(writer); }
  void load_value(StateReader& reader) final { networks_.load_weights(reader); }

  void save(StateWriter& writer) const final {
    networks_.save(writer);
    learner_.save(writer);
    random_.save(writer, "random");
  }
  void load(StateReader& reader) final {
    networks_.load(reader);
    learner_.load(reader);
    random_.load(reader, "random");
  }

 protected:
  explicit AgentComponent(Setup& setup)
      : context_(setup.context()),
        random_(context_.seed("updates")),
        networks_(setup),
        learner_(setup, networks_),
        actor_(networks_, context_.threads()),
        values_(setup, networks_) {}

  /// As Actor::act() calls it.
  virtual void to_action(const float* output, const float* noise, float* action) const = 0;

  /// Records loss and value of the critics, and warns of values that no policy can have; `included` as left_range()
  /// says.
  void record(const CriticReport& report, const char* included) {
    context_.record("critic_loss", report.loss);
    context_.record("value", report.value);
    if (report.left_range) context_.log(LogLevel::warning, left_range(report.value, *report.left_range, included));
  }

  Context& context_;
  Random random_;
  NetworksOf networks_;
  LearnerOf learner_;

 private:
  void act(int64_t batch, const float* observations, Random* random, float* actions) {
    actor_.act(batch, observations, random, actions,
               [this](const float* output, const float* noise, float* action) { to_action(output, noise, action); });
    context_.work("FLOP", static_cast<double>(batch) * networks_.policy_shape.forward_flop());
  }

  Actor actor_;
  Values values_;
};

}  // namespace weft::actor_critic
