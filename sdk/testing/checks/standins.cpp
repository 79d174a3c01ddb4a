#include "standins.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "weft/core/plugin.h"
#include "weft/rl/checks.h"
#include "weft/testing/acting.h"

namespace weft::checks {
namespace {

/// s' = 0.95 s + (a0, a1, a0 - a1) / 10, reward -|s'|^2; terminates where |s0'| > 1.5.
class LinearSimulation final : public rl::Simulation {
 public:
  explicit LinearSimulation(const rl::EnvironmentSpec& spec) : spec_(spec) {}

  void reset(uint64_t seed) override {
    Random random(seed);
    for (double& number : state_) number = random.uniform(-1.0, 1.0);
    steps_ = 0;
  }
  void observation(Span<double> out) const override { std::copy(state_.begin(), state_.end(), out.begin()); }
  rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    rl::require_finite("action", action, spec_.action_low.size());
    const std::array<double, 3> force = {action[0], action[1], action[0] - action[1]};
    rl::StepResult result;
    for (std::size_t index = 0; index < force.size(); ++index) {
      state_[index] = 0.95 * state_[index] + 0.1 * force[index];
      result.reward -= state_[index] * state_[index];
    }
    observation(next_observation);
    ++steps_;
    result.terminated = std::abs(state_[0]) > 1.5;
    result.truncated = !result.terminated && steps_ >= spec_.time_limit;
    return result;
  }
  void state(Span<double> out) const override { observation(out); }
  void set_state(Span<const double> state) override {
    rl::require_finite("state", state, state_.size());
    std::copy(state.begin(), state.end(), state_.begin());
    steps_ = 0;
  }
  void save(StateWriter& writer) const override {
    writer.array("state", state_);
    writer.number("steps", steps_);
  }
  void load(StateReader& reader) override {
    reader.array("state", {3}, state_.data());
    steps_ = reader.number<int64_t>("steps");
  }

 private:
  rl::EnvironmentSpec spec_;
  std::vector<double> state_ = std::vector<double>(3);
  int64_t steps_ = 0;
};

class EnvironmentStandin final : public Component, public rl::Environment {
 public:
  static void describe(Description<EnvironmentStandin>& type) {
    type.summary("A damped linear task with observations of three and actions of two numbers, for checks.");
    type.offers<rl::Environment>("environment", "the task");
  }
  explicit EnvironmentStandin(Setup&) {
    spec_.observation_size = spec_.state_size = 3;
    spec_.action_size = 2;
    spec_.action_low = {-1.0, -2.0};
    spec_.action_high = {1.0, 3.0};
    spec_.time_limit = 25;
    spec_.has_termination = true;
  }
  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override { return std::make_unique<LinearSimulation>(spec_); }
  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    for (std::size_t row = 0; row < out.size; ++row) {
      const Span<const double> numbers(observations.data + 3 * row, 3);
      out[row] = !rl::all_finite(numbers) || std::abs(numbers[0]) > 1.5 ? 1 : 0;
    }
  }

 private:
  rl::EnvironmentSpec spec_;
};

rl::EnvironmentSpec spec_of(Setup& setup) { return setup.service<rl::Environment>("env")->spec(); }

class PolicyStandin final : public Component, public rl::Policy {
 public:
  static void describe(Description<PolicyStandin>& type) {
    type.summary("The mean action follows the first number of the observation; samples are uniform. For checks.");
    type.offers<rl::Policy>("policy", "the policy");
    type.slot<rl::Environment>("env", "the environment that defines sizes and bounds");
  }
  explicit PolicyStandin(Setup& setup) : spec_(spec_of(setup)) {}
  int64_t observation_size() const override { return spec_.observation_size; }
  int64_t action_size() const override { return spec_.action_size; }
  void sample(int64_t batch, const float*, Random& random, float* actions) override {
    for (int64_t index = 0; index < batch * action_size(); ++index) actions[index] = inside(index, random.uniform());
  }
  void deterministic(int64_t batch, const float* observations, float* actions) override {
    for (int64_t index = 0; index < batch * action_size(); ++index) {
      const float observed = observations[index / action_size() * observation_size()];
      actions[index] = inside(index, 0.5 + 0.5 * std::tanh(static_cast<double>(observed)));
    }
  }

 private:
  /// The action at `share` (0 to 1) of the way from the lower to the upper bound.
  float inside(int64_t index, double share) const {
    const auto dimension = static_cast<std::size_t>(index % action_size());
    const double low = spec_.action_low[dimension], high = spec_.action_high[dimension];
    return static_cast<float>(std::clamp(low + share * (high - low), low, high));
  }
  rl::EnvironmentSpec spec_;
};

class AgentStandin final : public Component, public rl::Agent {
 public:
  static void describe(Description<AgentStandin>& type) {
    type.summary("Learns the mean reward, for checks.");
    type.offers<rl::Agent>("agent", "the agent");
    type.slot<rl::Environment>("env", "the environment that defines the sizes");
    type.metric("mean_reward", "mean reward of all rows so far");
  }
  explicit AgentStandin(Setup& setup) : context_(setup.context()), spec_(spec_of(setup)) {}
  int64_t observation_size() const override { return spec_.observation_size; }
  int64_t action_size() const override { return spec_.action_size; }
  void update(const rl::TransitionBatch& batch) override {
    if (batch.size < 1 || batch.observation_size != observation_size() || batch.action_size != action_size())
      throw Error("the batch is empty, or its rows have other sizes than those of the environment");
    for (int64_t row = 0; row < batch.size; ++row) sum_ += static_cast<double>(batch.reward[row]);
    rows_ += static_cast<double>(batch.size);
    context_.record("mean_reward", sum_ / rows_);
  }
  void save(StateWriter& writer) const override {
    writer.number("sum", sum_);
    writer.number("rows", rows_);
  }
  void load(StateReader& reader) override {
    sum_ = reader.number<double>("sum");
    rows_ = reader.number<double>("rows");
  }

 private:
  Context& context_;
  rl::EnvironmentSpec spec_;
  double sum_ = 0.0, rows_ = 0.0;
};

/// Random transitions whose next observation and reward are smooth functions of observation and action.
rl::TransitionBuffer rows_of(const rl::EnvironmentSpec& spec, int64_t size, uint64_t seed) {
  rl::TransitionBuffer buffer = testing::random_transitions(spec, size, seed);
  const rl::TransitionRows rows = buffer.rows();
  for (int64_t row = 0; row < size; ++row) {
    rows.reward[row] = 0.0f;
    for (int64_t index = row * spec.observation_size; index < (row + 1) * spec.observation_size; ++index) {
      rows.next_observation[index] = 0.9f * rows.observation[index] + 0.1f * rows.action[row * spec.action_size];
      rows.reward[row] -= rows.observation[index] * rows.observation[index];
    }
  }
  return buffer;
}

class DatasetStandin final : public Component, public rl::Dataset {
 public:
  static void describe(Description<DatasetStandin>& type) {
    type.summary("Fifty random transitions, for checks.");
    type.offers<rl::Dataset>("data", "the rows");
    type.slot<rl::Environment>("env", "the environment that defines sizes and bounds");
  }
  explicit DatasetStandin(Setup& setup) : rows_(rows_of(spec_of(setup), 50, setup.context().seed("rows"))) {}
  int64_t size() const override { return rows_.batch().size; }
  int64_t observation_size() const override { return rows_.batch().observation_size; }
  int64_t action_size() const override { return rows_.batch().action_size; }
  void gather(Span<const int64_t> rows, rl::TransitionRows out) const override {
    const rl::TransitionBatch all = rows_.batch();
    for (std::size_t index = 0; index < rows.size; ++index) {
      const int64_t from = rows[index], to = static_cast<int64_t>(index);
      if (from < 0 || from >= all.size)
        throw Error("row " + std::to_string(from) + " was requested; 0 to 49 were expected");
      const int64_t n = all.observation_size, m = all.action_size;
      std::copy_n(all.observation + from * n, n, out.observation + to * n);
      std::copy_n(all.next_observation + from * n, n, out.next_observation + to * n);
      std::copy_n(all.action + from * m, m, out.action + to * m);
      out.reward[to] = all.reward[from];
      out.terminated[to] = all.terminated[from];
      out.truncated[to] = all.truncated[from];
    }
  }

 private:
  rl::TransitionBuffer rows_;
};

class TransitionsStandin final : public Stage {
 public:
  static void describe(Description<TransitionsStandin>& type) {
    type.summary("Emits sixteen random transitions each time it runs, for checks.");
    type.emits<rl::TransitionSink>("transitions", "the rows");
    type.slot<rl::Environment>("env", "the environment that defines sizes and bounds");
  }
  explicit TransitionsStandin(Setup& setup)
      : context_(setup.context()),
        spec_(spec_of(setup)),
        transitions_(setup.outlet<rl::TransitionSink>("transitions")) {}
  void run() override {
    const auto tick = static_cast<uint64_t>(context_.tick());
    const rl::TransitionBuffer rows = rows_of(spec_, 16, context_.seed("rows") + tick);
    transitions_.for_each([&rows](rl::TransitionSink& sink) { sink.receive(rows.batch()); });
  }

 private:
  Context& context_;
  rl::EnvironmentSpec spec_;
  Outlet<rl::TransitionSink> transitions_;
};

}  // namespace

const weft_component_type* environment_standin() { return component_type<EnvironmentStandin>("standin.environment"); }
const weft_component_type* policy_standin() { return component_type<PolicyStandin>("standin.policy"); }
const weft_component_type* agent_standin() { return component_type<AgentStandin>("standin.agent"); }
const weft_component_type* dataset_standin() { return component_type<DatasetStandin>("standin.dataset"); }
const weft_component_type* transitions_standin() { return component_type<TransitionsStandin>("standin.transitions"); }

}  // namespace weft::checks
