// stage.collect: takes one step in the environment each time it runs and emits it as a transition.
#include <vector>

#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/acting.h"
#include "weft/rl/policy.h"
#include "weft/rl/transitions.h"

namespace weft::stages {
namespace {

class Collect final : public Stage {
 public:
  static void describe(Description<Collect>& type) {
    type.summary("Acts in the environment with actions sampled from the policy, one step each time it runs.");
    type.slot<rl::Environment>("env", "the environment to act in");
    type.slot<rl::Policy>("policy", "chooses the actions after the warm-up");
    type.emits<rl::TransitionSink>("transitions", "one row each time the stage runs");
    type.integer("warmup", 0, at_least(0),
                 "up to and including this tick, actions are uniformly random within the bounds", "ticks");
    type.metric("episode_return", "sum of the rewards of a finished episode");
    type.metric("episode_length", "number of steps of a finished episode", "steps");
  }

  explicit Collect(Setup& setup)
      : context_(setup.context()),
        environment_(setup.service<rl::Environment>("env")),
        policy_(setup.service<rl::Policy>("policy")),
        transitions_(setup.outlet<rl::TransitionSink>("transitions")),
        spec_(environment_->spec()),
        simulation_(environment_.own(environment_->make())),
        warmup_(setup.integer("warmup")),
        random_(context_.seed("collect")),
        observation_(static_cast<std::size_t>(spec_.observation_size)),
        action_(static_cast<std::size_t>(spec_.action_size)) {
    rl::require_sizes("policy", policy_, spec_);
    row_.resize(1, spec_.observation_size, spec_.action_size);
  }

  void run() override {
    if (!in_episode_) begin_episode();
    const rl::TransitionRows row = row_.rows();
    simulation_->observation(observation_);
    rl::to_float32(observation_, row.observation, "the observation of the environment");
    act(row);

    const rl::StepResult result = simulation_->step(action_, observation_);
    rl::to_float32(observation_, row.next_observation, "the next observation of the environment");
    rl::to_float32({&result.reward, 1}, row.reward, "the reward of the environment");
    *row.terminated = result.terminated ? 1 : 0;
    *row.truncated = result.truncated ? 1 : 0;
    transitions_.for_each([this](rl::TransitionSink& sink) { sink.receive(row_.batch()); });

    episode_return_ += result.reward;
    ++episode_length_;
    if (result.terminated || result.truncated) end_episode();
  }

  void save(StateWriter& writer) const override {
    random_.save(writer, "random");
    writer.number("in_episode", static_cast<uint8_t>(in_episode_));
    if (!in_episode_) return;
    writer.number("episode_return", episode_return_);
    writer.number("episode_length", episode_length_);
    StateWriter scope = writer.scope("simulation");
    simulation_->save(scope);
  }

  void load(StateReader& reader) override {
    random_.load(reader, "random");
    in_episode_ = reader.number<uint8_t>("in_episode") != 0;
    if (!in_episode_) return;
    episode_return_ = reader.number<double>("episode_return");
    episode_length_ = reader.number<int64_t>("episode_length");
    StateReader scope = reader.scope("simulation");
    simulation_->load(scope);
  }

 private:
  void begin_episode() {
    simulation_->reset(random_.next());
    in_episode_ = true;
    episode_return_ = 0.0;
    episode_length_ = 0;
  }

  void end_episode() {
    in_episode_ = false;
    context_.record("episode_return", episode_return_);
    context_.record("episode_length", static_cast<double>(episode_length_));
  }

  /// Chooses action_ and writes it into the row as float32.
  void act(const rl::TransitionRows& row) {
    if (context_.tick() <= warmup_) {
      for (std::size_t index = 0; index < action_.size(); ++index)
        row.action[index] = static_cast<float>(random_.uniform(spec_.action_low[index], spec_.action_high[index]));
    } else {
      policy_->sample(1, row.observation, random_, row.action);
    }
    rl::to_action(row.action, spec_, action_);
  }

  Context& context_;
  Wire<rl::Environment> environment_;
  Wire<rl::Policy> policy_;
  Outlet<rl::TransitionSink> transitions_;
  const rl::EnvironmentSpec& spec_;
  Owned<rl::Simulation> simulation_;
  int64_t warmup_;
  Random random_;
  bool in_episode_ = false;
  double episode_return_ = 0.0;
  int64_t episode_length_ = 0;
  std::vector<double> observation_, action_;
  rl::TransitionBuffer row_;
};

}  // namespace

const weft_component_type* collect_type() { return component_type<Collect>("stage.collect"); }

}  // namespace weft::stages
