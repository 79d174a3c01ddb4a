// env.mass_spring: a force holds a mass on a damped spring away from its rest position. Uses no Torch, so it compiles
// in two seconds and does not depend on LibTorch's version.
#include <algorithm>
#include <cmath>

#include "weft/core/plugin.h"
#include "weft/rl/checks.h"
#include "weft/rl/environment.h"

namespace {

using weft::Span;

/// m x'' = force - k x - c x'
struct Spring {
  double mass;       ///< kg
  double stiffness;  ///< N/m
  double damping;    ///< N s/m
  double time_step;  ///< s
  double goal;       ///< m
};

/// State and observation: position [m], velocity [m/s]. Action: force [N].
class MassSpringSimulation final : public weft::rl::Simulation {
 public:
  MassSpringSimulation(const Spring& spring, const weft::rl::EnvironmentSpec& spec) : spring_(spring), spec_(spec) {}

  void reset(uint64_t seed) override {
    weft::Random random(seed);
    position_ = random.uniform(-1.0, 1.0);
    velocity_ = random.uniform(-1.0, 1.0);
    steps_ = 0;
  }

  void observation(Span<double> out) const override { state(out); }

  // Semi-implicit Euler: using the new velocity for the position keeps the energy of a free spring bounded.
  weft::rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    if (steps_ < 0) throw weft::Error("step() was called before any episode began; call reset() or set_state() first");
    weft::rl::require_finite("action", action, 1);
    const double force = std::clamp(action[0], spec_.action_low[0], spec_.action_high[0]);
    velocity_ +=
        spring_.time_step * (force - spring_.stiffness * position_ - spring_.damping * velocity_) / spring_.mass;
    position_ += spring_.time_step * velocity_;
    ++steps_;
    state(next_observation);
    weft::rl::require_finite("state after the step", next_observation, 2);
    weft::rl::StepResult result;
    result.reward = -(position_ - spring_.goal) * (position_ - spring_.goal) - 0.001 * force * force;
    result.truncated = spec_.time_limit > 0 && steps_ >= spec_.time_limit;
    return result;
  }

  void state(Span<double> out) const override {
    out[0] = position_;
    out[1] = velocity_;
  }
  void set_state(Span<const double> state) override {
    weft::rl::require_finite("state", state, 2);
    position_ = state[0];
    velocity_ = state[1];
    steps_ = 0;
  }

  void save(weft::StateWriter& writer) const override {
    writer.number("position", position_);
    writer.number("velocity", velocity_);
    writer.number("steps", steps_);
  }
  void load(weft::StateReader& reader) override {
    position_ = reader.number<double>("position");
    velocity_ = reader.number<double>("velocity");
    steps_ = reader.number<int64_t>("steps");
  }

 private:
  const Spring spring_;
  const weft::rl::EnvironmentSpec spec_;
  double position_ = 0.0;
  double velocity_ = 0.0;
  int64_t steps_ = -1;  ///< steps of this episode; -1: none has begun
};

class MassSpring final : public weft::Component, public weft::rl::Environment {
 public:
  static void describe(weft::Description<MassSpring>& type) {
    type.summary("Hold a mass on a damped spring at a goal position. Never terminates; rewards are at most 0.");
    type.offers<weft::rl::Environment>("environment", "the task");
    type.real("mass", 1.0, weft::between(0.01, 100.0), "the mass", "kg");
    type.real("stiffness", 1.0, weft::between(0.0, 1e4), "stiffness of the spring", "N/m");
    type.real("damping", 0.1, weft::between(0.0, 1e3), "damping of the spring", "N s/m");
    type.real("time_step", 0.05, weft::between(1e-4, 1.0), "duration of one step; a stiff spring needs a short one",
              "s");
    type.real("goal", 1.0, weft::between(-10.0, 10.0), "position at which to hold the mass", "m");
    type.integer("time_limit", 200, weft::at_least(0), "an episode is truncated after this many steps; 0: never",
                 "steps");
  }

  explicit MassSpring(weft::Setup& setup)
      : spring_{setup.real("mass"), setup.real("stiffness"), setup.real("damping"), setup.real("time_step"),
                setup.real("goal")} {
    // The table checks each value by itself. The constructor checks combinations, and names the key to change.
    const double stability =
        spring_.time_step * (std::sqrt(spring_.stiffness / spring_.mass) + spring_.damping / spring_.mass);
    if (stability > 1.0)
      throw weft::SetupError("time_step",
                             "is too long for a spring of this 'stiffness', 'mass' and 'damping': the numbers would "
                             "grow without bound; use at most " +
                                 std::to_string(spring_.time_step / stability) + " s");
    spec_.observation_size = 2;
    spec_.action_size = 1;
    spec_.state_size = 2;
    spec_.action_low = {-2.0};
    spec_.action_high = {2.0};
    spec_.time_limit = setup.integer("time_limit");
    spec_.has_termination = true;  // it is known that no state terminates
  }

  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }

  std::unique_ptr<weft::rl::Simulation> make() const override {
    return std::make_unique<MassSpringSimulation>(spring_, spec_);
  }

  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    for (std::size_t row = 0; row < out.size; ++row)
      out[row] = weft::rl::all_finite({observations.data + 2 * row, 2}) ? 0 : 1;
  }

 private:
  Spring spring_;
  weft::rl::EnvironmentSpec spec_;
};

}  // namespace

WEFT_PLUGIN("env_mass_spring", "1.0.0", "MIT", weft::component_type<MassSpring>("env.mass_spring"))
