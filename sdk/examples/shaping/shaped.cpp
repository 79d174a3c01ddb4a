// env.shaped: a component that uses the service of potential.h to shape the rewards of another environment.
#include <string>
#include <utility>
#include <vector>

#include "potential.h"
#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace {

using weft::Span;
using PotentialWire = weft::Wire<example::Potential>;

/// Adds discount * potential(s') - potential(s) to each reward (Ng, Harada and Russell, 1999).
class ShapedSimulation final : public weft::rl::Simulation {
 public:
  ShapedSimulation(weft::Owned<weft::rl::Simulation> task, PotentialWire potential, double discount, int64_t width)
      : task_(std::move(task)),
        potential_(potential),
        discount_(discount),
        observation_(static_cast<std::size_t>(width)) {}

  void reset(uint64_t seed) override { task_->reset(seed); }
  void observation(Span<double> out) const override { task_->observation(out); }

  weft::rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    task_->observation(observation_);
    const double before = potential_->at(observation_);
    weft::rl::StepResult result = task_->step(action, next_observation);
    // The potential of a terminal state counts as 0; otherwise shaping could change which policy is optimal.
    const double after = result.terminated ? 0.0 : potential_->at(next_observation);
    result.reward += discount_ * after - before;
    return result;
  }

  void state(Span<double> out) const override { task_->state(out); }
  void set_state(Span<const double> state) override { task_->set_state(state); }
  void save(weft::StateWriter& writer) const override { task_->save(writer); }
  void load(weft::StateReader& reader) override { task_->load(reader); }

 private:
  weft::Owned<weft::rl::Simulation> task_;
  PotentialWire potential_;
  double discount_;
  std::vector<double> observation_;
};

class ShapedEnvironment final : public weft::Component, public weft::rl::Environment {
 public:
  static void describe(weft::Description<ShapedEnvironment>& type) {
    type.summary("An environment with rewards shaped by a potential, which does not change the optimal policy.");
    type.reference("Ng, Harada and Russell, ICML 1999");
    type.offers<weft::rl::Environment>("environment", "the environment with shaped rewards");
    type.slot<weft::rl::Environment>("env", "the environment whose rewards to shape");
    type.slot<example::Potential>("potential", "the potential that shapes the rewards");
    type.real("discount", 0.99, weft::between(0.0, 1.0),
              "discount of the agent; with another value, shaping may change the optimal policy");
  }

  explicit ShapedEnvironment(weft::Setup& setup)
      : task_(setup.service<weft::rl::Environment>("env")),
        potential_(setup.service<example::Potential>("potential")),
        discount_(setup.real("discount")),
        spec_(task_->spec()) {
    const int64_t expected = potential_->observation_size();
    if (expected != spec_.observation_size)
      throw weft::SetupError("potential", "it takes observations of " + std::to_string(expected) +
                                              " numbers, and those of the environment in 'env' have " +
                                              std::to_string(spec_.observation_size) + "; wire one that fits");
  }

  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<weft::rl::Simulation> make() const override {
    weft::Owned<weft::rl::Simulation> simulation = task_.own(task_->make());
    return std::make_unique<ShapedSimulation>(std::move(simulation), potential_, discount_, spec_.observation_size);
  }
  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    task_->terminated(observations, out);
  }
  void wrap(Span<double> observations) const override { task_->wrap(observations); }

 private:
  weft::Wire<weft::rl::Environment> task_;
  PotentialWire potential_;
  double discount_;
  weft::rl::EnvironmentSpec spec_;
};

}  // namespace

WEFT_PLUGIN("env_shaped", "1.0.0", "MIT", weft::component_type<ShapedEnvironment>("env.shaped"))
