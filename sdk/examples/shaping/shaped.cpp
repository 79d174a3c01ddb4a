// env.shaped asks for the service: another environment whose reward is shaped by a potential.
#include <string>
#include <utility>
#include <vector>

#include "potential.h"
#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace {

using weft::Span;
using PotentialWire = weft::Wire<example::Potential>;

/// Adds gamma phi(s') - phi(s) to each reward.
class ShapedSimulation final : public weft::rl::Simulation {
 public:
  ShapedSimulation(weft::Owned<weft::rl::Simulation> task, PotentialWire potential, double discount, int64_t width)
      : task_(std::move(task)), potential_(potential), discount_(discount), seen_(static_cast<std::size_t>(width)) {}

  void reset(uint64_t seed) override { task_->reset(seed); }
  void observation(Span<double> out) const override { task_->observation(out); }

  weft::rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    task_->observation(seen_);
    const double before = potential_->at(seen_);
    weft::rl::StepResult result = task_->step(action, next_observation);
    // Nothing lies beyond a terminal state, its potential counts as 0: that keeps the best policy what it was.
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
  std::vector<double> seen_;
};

class ShapedEnvironment final : public weft::Component, public weft::rl::Environment {
 public:
  static void describe(weft::Description<ShapedEnvironment>& type) {
    type.summary("A task whose rewards are shaped by a potential, which leaves its best policy as it is.");
    type.reference("Ng, Harada and Russell, ICML 1999");
    type.offers<weft::rl::Environment>("environment", "the task with shaped rewards");
    type.slot<weft::rl::Environment>("env", "the task whose rewards are shaped");
    type.slot<example::Potential>("potential", "how good it is to be somewhere");
    type.real("discount", 0.99, weft::between(0.0, 1.0), "the agent's; with another one the best policy changes");
  }

  explicit ShapedEnvironment(weft::Setup& setup)
      : task_(setup.service<weft::rl::Environment>("env")),
        potential_(setup.service<example::Potential>("potential")),
        discount_(setup.real("discount")),
        spec_(task_->spec()) {
    const int64_t wanted = potential_->observation_size();
    if (wanted != spec_.observation_size)
      throw weft::SetupError("potential", "wants " + std::to_string(wanted) +
                                              " numbers; an observation of this task has " +
                                              std::to_string(spec_.observation_size));
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
