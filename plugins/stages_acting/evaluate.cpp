// stage.evaluate: the return of the policy's deterministic action, over episodes with the same starts every time.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/acting.h"
#include "weft/rl/policy.h"

namespace weft::stages {
namespace {

constexpr int64_t steps_per_progress = 100;

/// One evaluation episode.
struct Episode {
  Owned<rl::Simulation> simulation;
  double total = 0.0;
  int64_t length = 0;
};

class Evaluate final : public Stage {
 public:
  static void describe(Description<Evaluate>& type) {
    type.summary(
        "Runs whole episodes with the policy's deterministic action; episode i starts from seed i every time.");
    type.slot<rl::Environment>("env", "the environment of the episodes; it needs a time limit");
    type.slot<rl::Policy>("policy", "chooses the actions");
    type.integer("episodes", 10, between(1, 1'000'000), "number of episodes each time the stage runs", "episodes");
    type.headline("return_mean", "mean over episodes of the sum of rewards");
    type.metric("return_std", "standard deviation over episodes of the sum of rewards (n - 1; 0 for one episode)");
    type.metric("return_min", "smallest sum of rewards of an episode");
    type.metric("length_mean", "mean number of steps of an episode", "steps");
  }

  explicit Evaluate(Setup& setup)
      : context_(setup.context()),
        environment_(setup.service<rl::Environment>("env")),
        policy_(setup.service<rl::Policy>("policy")),
        spec_(environment_->spec()),
        episodes_(static_cast<std::size_t>(setup.integer("episodes"))),
        observation_(static_cast<std::size_t>(spec_.observation_size)),
        action_(static_cast<std::size_t>(spec_.action_size)) {
    rl::require_sizes("policy", policy_, spec_);
    if (spec_.time_limit == 0)
      throw SetupError("env", "this environment has no time limit, so an episode might never end; set 'time_limit'");
    for (Episode& episode : episodes_) episode.simulation = environment_.own(environment_->make());
  }

  void run() override {
    std::vector<std::size_t> running(episodes_.size());
    std::iota(running.begin(), running.end(), std::size_t{0});
    for (const std::size_t index : running) {
      episodes_[index].simulation->reset(index);
      episodes_[index].total = 0.0;
      episodes_[index].length = 0;
    }
    for (int64_t steps = 1; !running.empty(); ++steps) {
      step(running);
      if (steps % steps_per_progress == 0)
        context_.progress(fmt::format("step {}, {} episodes are running", steps, running.size()));
    }
    record();
  }

 private:
  /// One step of all episodes in `running`, with one call of the policy; removes those that end.
  void step(std::vector<std::size_t>& running) {
    observations_.resize(running.size() * observation_.size());
    actions_.resize(running.size() * action_.size());
    for (std::size_t row = 0; row < running.size(); ++row) {
      episodes_[running[row]].simulation->observation(observation_);
      rl::to_float32(observation_, &observations_[row * observation_.size()], "the observation of the environment");
    }
    policy_->deterministic(static_cast<int64_t>(running.size()), observations_.data(), actions_.data());

    std::size_t kept = 0;
    for (std::size_t row = 0; row < running.size(); ++row) {
      rl::to_action(&actions_[row * action_.size()], spec_, action_);
      Episode& episode = episodes_[running[row]];
      const rl::StepResult result = episode.simulation->step(action_, observation_);
      rl::require_finite("the reward of the environment", Span<const double>(&result.reward, 1));
      episode.total += result.reward;
      ++episode.length;
      if (!result.terminated && !result.truncated) running[kept++] = running[row];
    }
    running.resize(kept);
  }

  void record() {
    const auto count = static_cast<double>(episodes_.size());
    int64_t length = 0;  // exact
    double mean = 0.0, smallest = episodes_.front().total;
    for (const Episode& episode : episodes_) {
      mean += episode.total / count;
      length += episode.length;
      smallest = std::min(smallest, episode.total);
    }
    double squares = 0.0;
    for (const Episode& episode : episodes_) squares += (episode.total - mean) * (episode.total - mean);
    context_.record("return_mean", mean);
    context_.record("return_std", count > 1.0 ? std::sqrt(squares / (count - 1.0)) : 0.0);
    context_.record("return_min", smallest);
    context_.record("length_mean", static_cast<double>(length) / count);
  }

  Context& context_;
  Wire<rl::Environment> environment_;
  Wire<rl::Policy> policy_;
  const rl::EnvironmentSpec& spec_;
  std::vector<Episode> episodes_;
  std::vector<double> observation_, action_;   ///< of one episode
  std::vector<float> observations_, actions_;  ///< of all running episodes
};

}  // namespace

const weft_component_type* evaluate_type() { return component_type<Evaluate>("stage.evaluate"); }

}  // namespace weft::stages
