#include <algorithm>
#include <cmath>
#include <limits>

#include "simulation.h"
#include "weft/core/plugin.h"
#include "weft/rl/checks.h"

namespace weft::mujoco {
namespace {

/// Everything about a task that does not change from step to step.
class MujocoEnvironment : public Component, public rl::Environment {
 public:
  const rl::EnvironmentSpec& spec() const override { return spec_; }

  std::unique_ptr<rl::Simulation> make() const override {
    return std::make_unique<MujocoSimulation>(task_, model_, spec_.time_limit);
  }

  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    for (std::size_t row = 0; row < out.size; ++row) {
      const double* observation = observations.data + row * width;
      out[row] = !rl::all_finite({observation, width}) || task_.ended(observation) ? 1 : 0;
    }
  }

  void clip(Span<double> next_observations) const override {
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    const std::size_t positions = width - static_cast<std::size_t>(model_->nv);
    for (std::size_t index = 0; index < next_observations.size; ++index)
      if (index % width >= positions) next_observations[index] = task_.clipped_velocity(next_observations[index]);
  }

 protected:
  static void describe_task(TypeTables& type) {
    type.integer("time_limit", 1000, at_least(0), "an episode is truncated after this many steps; 0: never", "steps");
  }

  MujocoEnvironment(Setup& setup, const Task& task) : task_(task), model_(load_model(task.model)) {
    spec_.observation_size = model_->nq - task.hidden + model_->nv;
    spec_.action_size = model_->nu;
    spec_.state_size = model_->nq + model_->nv;
    const mjtNum* bounds = model_->actuator_ctrlrange;  // [nu, 2]
    for (int index = 0; index < model_->nu; ++index, bounds += 2) {
      spec_.action_low.push_back(bounds[0]);
      spec_.action_high.push_back(bounds[1]);
    }
    spec_.time_limit = setup.integer("time_limit");
    spec_.has_termination = true;
  }

 private:
  const Task& task_;
  Model model_;
  rl::EnvironmentSpec spec_;
};

// Forward speed, plus a bonus for being alive, minus a cost of effort. The step that falls gets the bonus, too, as in
// gym's v2 to v4.
double hopper_reward(double velocity, Span<const double> action) {
  double effort = 0.0;
  for (const double value : action) effort += value * value;
  return velocity + 1.0 - 1e-3 * effort;
}

// z > 0.7 m, |torso angle| < 0.2 rad, and everything but x and z within 100.
bool hopper_ended(const double* observation) {
  const bool inside =
      std::all_of(observation + 1, observation + 11, [](double value) { return std::abs(value) < 100; });
  return !(inside && observation[0] > 0.7 && std::abs(observation[1]) < 0.2);
}

constexpr Task hopper = {"hopper.xml", 4, 0.005, 1, 10.0, hopper_reward, hopper_ended};

double balance_reward(double, Span<const double>) { return 1.0; }

// |pole angle| > 0.2 rad.
bool balance_ended(const double* observation) { return std::abs(observation[1]) > 0.2; }

constexpr Task inverted_pendulum = {
    "inverted_pendulum.xml", 2, 0.01, 0, std::numeric_limits<double>::infinity(), balance_reward, balance_ended};

/// `env.hopper`. State: qpos (x, z, torso angle, thigh, leg, foot; m and rad), then qvel (m/s, rad/s).
/// Observation: all but x, velocities clipped to 10. Action: torques of thigh, leg and foot in units of
/// 200 N m, in [-1, 1] (the model clamps). One step is 0.008 s.
class HopperEnvironment final : public MujocoEnvironment {
 public:
  static void describe(Description<HopperEnvironment>& type) {
    type.summary("A one-legged robot hops forward; terminates when it falls.");
    type.reference("Erez, Tassa and Todorov, 2011; OpenAI gym Hopper-v4");
    type.offers<rl::Environment>("environment", "the task");
    describe_task(type);
  }
  explicit HopperEnvironment(Setup& setup) : MujocoEnvironment(setup, hopper) {}
};

/// `env.inverted_pendulum`. State and observation: x (m), theta (rad), and their velocities. Action: the
/// force on the cart in units of 100 N, in [-3, 3] (the model clamps). One step is 0.04 s.
class InvertedPendulumEnvironment final : public MujocoEnvironment {
 public:
  static void describe(Description<InvertedPendulumEnvironment>& type) {
    type.summary(
        "Balance a pole on a sliding cart; reward 1 per step; terminates when the pole leans more than 0.2 rad.");
    type.reference("OpenAI gym InvertedPendulum-v4");
    type.offers<rl::Environment>("environment", "the task");
    describe_task(type);
  }
  explicit InvertedPendulumEnvironment(Setup& setup) : MujocoEnvironment(setup, inverted_pendulum) {}
};

}  // namespace
}  // namespace weft::mujoco

WEFT_PLUGIN("env_mujoco", "1.0.0", "MIT", weft::component_type<weft::mujoco::HopperEnvironment>("env.hopper"),
            weft::component_type<weft::mujoco::InvertedPendulumEnvironment>("env.inverted_pendulum"))
