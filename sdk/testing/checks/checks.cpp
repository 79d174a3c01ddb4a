// The plugin `checks`: the checks of environments, policies, agents, data sets and streams of transitions, and the
// stand-ins for these. Needs no Torch.
#include <numeric>

#include "check_stage.h"
#include "standins.h"
#include "weft/rl/rows.h"
#include "weft/testing/acting.h"
#include "weft/testing/environment.h"

namespace weft::checks {
namespace {

using rl::EnvironmentSpec;

struct EnvironmentSpecRule {
  static constexpr const char* summary = "Sizes and bounds are valid; observations, rewards and states are finite.";
  static void run(const rl::Environment& subject) { testing::check_environment_spec(subject); }
};
struct EnvironmentSeeding {
  static constexpr const char* summary = "An episode depends only on its seed and its actions.";
  static void run(const rl::Environment& subject) { testing::check_environment_seeding(subject); }
};
struct EnvironmentState {
  static constexpr const char* summary = "A simulation continues from a physical state as the one it was read from.";
  static void run(const rl::Environment& subject) { testing::check_environment_state(subject); }
};
struct EnvironmentSave {
  static constexpr const char* summary = "A loaded simulation continues bit for bit from the saved one.";
  static void run(const rl::Environment& subject) { testing::check_environment_save(subject); }
};
struct EnvironmentTermination {
  static constexpr const char* summary = "The termination function agrees with the steps.";
  static void run(const rl::Environment& subject) { testing::check_environment_termination(subject); }
};
struct EnvironmentClip {
  static constexpr const char* summary = "Clipping changes nothing that steps write.";
  static void run(const rl::Environment& subject) { testing::check_environment_clip(subject); }
};
struct EnvironmentTimeLimit {
  static constexpr const char* summary = "The time limit truncates episodes at its step and does not terminate them.";
  static void run(const rl::Environment& subject) { testing::check_environment_time_limit(subject); }
};
struct EnvironmentBadActions {
  static constexpr const char* summary = "Actions that are not finite are refused and change nothing.";
  static void run(const rl::Environment& subject) { testing::check_environment_bad_actions(subject); }
};
struct PolicyBounds {
  static constexpr const char* summary = "Actions lie inside the bounds of the environment.";
  static void run(rl::Policy& subject, const EnvironmentSpec& spec) { testing::check_policy_bounds(subject, spec); }
};
struct PolicyRows {
  static constexpr const char* summary = "An action depends only on its observation and the random engine.";
  static void run(rl::Policy& subject, const EnvironmentSpec& spec) { testing::check_policy_rows(subject, spec); }
};
struct AgentUpdates {
  static constexpr const char* summary = "Batches of any size are accepted; rows of other sizes are refused.";
  static void run(rl::Agent& subject, const EnvironmentSpec& spec) { testing::check_agent_updates(subject, spec); }
};
struct DatasetRows {
  static constexpr const char* summary = "Rows are returned as requested; row numbers that do not exist are refused.";
  static void run(const rl::Dataset& subject) { testing::check_dataset(subject); }
};

/// Unlike the other uses, needs no second environment: the tested one has the sizes and bounds.
class EnvironmentUse final : public Stage {
 public:
  static void describe(Description<EnvironmentUse>& type) {
    type.summary("Makes steps in the environment and records their results.");
    type.slot<rl::Environment>("subject", "the environment to use");
    type.metric("number", "observations, rewards, ends of episodes, and states");
  }
  explicit EnvironmentUse(Setup& setup)
      : context_(setup.context()), environment_(setup.service<rl::Environment>("subject")) {}
  void run() override {
    testing::Numbers seen;
    {
      const GuardedPointer<rl::Environment> subject = environment_.operator->();
      testing::Walker walker(*subject.operator->());
      const uint64_t seed = context_.seed("use") + static_cast<uint64_t>(context_.tick());
      walker.simulation->reset(seed);
      seen = testing::trace(walker, Random(seed), 40);
    }
    for (const double number : seen) context_.record("number", number);
  }

 private:
  Context& context_;
  Wire<rl::Environment> environment_;
};

struct PolicyUse {
  static constexpr const char* summary = "Draws actions from the policy and records them.";
  static std::vector<double> run(rl::Policy& subject, const EnvironmentSpec& spec, uint64_t seed) {
    const int64_t batch = 33;
    const std::vector<float> observations = testing::normal_numbers(batch * spec.observation_size, seed);
    std::vector<float> sampled(static_cast<std::size_t>(batch * spec.action_size)), mean = sampled;
    Random random(seed);
    subject.sample(batch, observations.data(), random, sampled.data());
    subject.deterministic(batch, observations.data(), mean.data());
    sampled.insert(sampled.end(), mean.begin(), mean.end());
    return {sampled.begin(), sampled.end()};
  }
};

/// Returns no numbers: the host compares the metrics and the state of the agent itself.
struct AgentUse {
  static constexpr const char* summary = "Updates the agent with random transitions.";
  static std::vector<double> run(rl::Agent& subject, const EnvironmentSpec& spec, uint64_t seed) {
    for (uint64_t count = 0; count < 3; ++count)
      subject.update(testing::random_transitions(spec, 32, seed + count).batch());
    return {};
  }
};

struct DatasetUse {
  static constexpr const char* summary = "Draws rows and records them.";
  static std::vector<double> run(rl::Dataset& subject, const EnvironmentSpec&, uint64_t seed) {
    if (subject.size() == 0) return {0.0};
    Random random(seed);
    std::vector<int64_t> rows(16);
    rl::draw_rows(rows, subject.size(), random);
    rl::TransitionBuffer buffer;
    buffer.resize(16, subject.observation_size(), subject.action_size());
    subject.gather(rows, buffer.rows());
    const rl::TransitionBatch batch = buffer.batch();
    std::vector<double> numbers(batch.reward, batch.reward + batch.size);
    numbers.insert(numbers.end(), batch.observation, batch.observation + batch.size * batch.observation_size);
    return numbers;
  }
};

/// Checks the rows that a stage emits.
class Transitions final : public Stage, public rl::TransitionSink {
 public:
  static void describe(Description<Transitions>& type) {
    type.summary(
        "Rows of a stream are finite, have actions inside the bounds, and are not both terminated and truncated.");
    type.receives<rl::TransitionSink>("subject", "the stream to check");
    type.slot<rl::Environment>("env", "the environment that defines sizes and bounds");
  }
  explicit Transitions(Setup& setup) : spec_(setup.service<rl::Environment>("env")->spec()) {}
  void receive(const rl::TransitionBatch& batch) override {
    testing::check_transitions(batch, spec_);
    rows_ += batch.size;
  }
  void run() override {
    testing::require(rows_ > 0, "the stage ran in this tick and its stream emitted no row");
    rows_ = 0;
  }

 private:
  rl::EnvironmentSpec spec_;
  int64_t rows_ = 0;
};

}  // namespace
}  // namespace weft::checks

using namespace weft;
using namespace weft::checks;

WEFT_PLUGIN("checks", "1.0.0", "MIT",
            component_type<Check<rl::Environment, EnvironmentSpecRule>>("check.environment_spec"),
            component_type<Check<rl::Environment, EnvironmentSeeding>>("check.environment_seeding"),
            component_type<Check<rl::Environment, EnvironmentState>>("check.environment_state"),
            component_type<Check<rl::Environment, EnvironmentSave>>("check.environment_save"),
            component_type<Check<rl::Environment, EnvironmentTermination>>("check.environment_termination"),
            component_type<Check<rl::Environment, EnvironmentClip>>("check.environment_clip"),
            component_type<Check<rl::Environment, EnvironmentTimeLimit>>("check.environment_time_limit"),
            component_type<Check<rl::Environment, EnvironmentBadActions>>("check.environment_bad_actions"),
            component_type<EnvironmentUse>("check.environment_use"),
            component_type<Check<rl::Policy, PolicyBounds>>("check.policy_bounds"),
            component_type<Check<rl::Policy, PolicyRows>>("check.policy_rows"),
            component_type<Use<rl::Policy, PolicyUse>>("check.policy_use"),
            component_type<Check<rl::Agent, AgentUpdates>>("check.agent_updates"),
            component_type<Use<rl::Agent, AgentUse>>("check.agent_use"),
            component_type<Check<rl::Dataset, DatasetRows>>("check.dataset_rows"),
            component_type<Use<rl::Dataset, DatasetUse>>("check.dataset_use"),
            component_type<Transitions>("check.transitions"), environment_standin(), policy_standin(), agent_standin(),
            dataset_standin(), transitions_standin())
