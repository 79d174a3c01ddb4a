#include "pendulum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "classic.h"
#include "weft/rl/checks.h"

namespace weft::classic {
namespace {

constexpr double gravity = 10.0;    // m/s^2
constexpr double mass = 1.0;        // kg
constexpr double length = 1.0;      // m
constexpr double time_step = 0.05;  // s
constexpr double max_torque = 2.0;  // N m
constexpr double max_speed = 8.0;   // rad/s

/// The same angle in [-pi, pi).
double wrap_angle(double angle) {
  constexpr double turn = 2.0 * std::numbers::pi;
  const double wrapped = angle - turn * std::floor((angle + std::numbers::pi) / turn);
  // Rounding may put it on the open end or just outside.
  return std::clamp(wrapped, -std::numbers::pi, std::nextafter(std::numbers::pi, 0.0));
}

class PendulumSimulation final : public ClassicSimulation {
 public:
  PendulumSimulation(const rl::EnvironmentSpec& spec, bool angle) : ClassicSimulation(spec), angle_(angle) {}

  void observation(Span<double> out) const override { observe(wrap_angle(state_[0]), out); }

 private:
  void start(Random& random) override {
    state_[0] = random.uniform(-std::numbers::pi, std::numbers::pi);
    state_[1] = random.uniform(-1.0, 1.0);
  }

  // The cost is that of the state before the step, as in OpenAI gym's Pendulum-v1.
  double advance(double torque, Span<double> next_observation) override {
    const double theta = wrap_angle(state_[0]);
    const double speed = state_[1];
    const double cost = theta * theta + 0.1 * speed * speed + 0.001 * torque * torque;
    const double acceleration =
        3.0 * gravity / (2.0 * length) * std::sin(state_[0]) + 3.0 / (mass * length * length) * torque;
    state_[1] = std::clamp(speed + acceleration * time_step, -max_speed, max_speed);
    state_[0] += state_[1] * time_step;
    observe(theta + state_[1] * time_step, next_observation);
    return -cost;
  }

  bool ended() const override { return false; }

  /// Writes the observation of the state; `theta` is its angle without whole turns.
  void observe(double theta, Span<double> out) const {
    if (angle_) {
      out[0] = theta;
      out[1] = state_[1];
    } else {
      out[0] = std::cos(state_[0]);
      out[1] = std::sin(state_[0]);
      out[2] = state_[1];
    }
  }

  bool angle_;
};

}  // namespace

void PendulumEnvironment::describe(Description<PendulumEnvironment>& type) {
  type.summary("Swing a pendulum up and hold it with a weak torque; never terminates, reward at most 0.");
  type.reference("OpenAI gym Pendulum-v1");
  type.offers<rl::Environment>("environment", "the task");
  type.integer("time_limit", 200, at_least(0), "an episode is truncated after this many steps; 0: never", "steps");
  type.choice(
      "observe", "trig", {"trig", "angle"},
      "the observation; trig: cosine and sine of the angle, and its speed; angle: the wrapped angle and its speed");
}

PendulumEnvironment::PendulumEnvironment(Setup& setup) : angle_(setup.text("observe") == "angle") {
  spec_.observation_size = angle_ ? 2 : 3;
  spec_.action_size = 1;
  spec_.state_size = 2;
  spec_.action_low = {-max_torque};
  spec_.action_high = {max_torque};
  spec_.time_limit = setup.integer("time_limit");
  spec_.has_termination = true;
}

std::unique_ptr<rl::Simulation> PendulumEnvironment::make() const {
  return std::make_unique<PendulumSimulation>(spec_, angle_);
}

void PendulumEnvironment::terminated(Span<const double> observations, Span<uint8_t> out) const {
  const auto width = static_cast<std::size_t>(spec_.observation_size);
  for (std::size_t row = 0; row < out.size; ++row)
    out[row] = rl::all_finite({observations.data + row * width, width}) ? 0 : 1;
}

void PendulumEnvironment::clip(Span<double> next_observations) const {
  const auto width = static_cast<std::size_t>(spec_.observation_size);
  for (std::size_t index = 0; index < next_observations.size; ++index) {
    double& value = next_observations[index];
    if (index % width == width - 1)
      value = std::clamp(value, -max_speed, max_speed);
    else if (!angle_)  // cosine and sine
      value = std::clamp(value, -1.0, 1.0);
  }
}

void PendulumEnvironment::wrap(Span<double> observations) const {
  if (!angle_) return;
  for (std::size_t index = 0; index < observations.size; index += 2)
    observations[index] = wrap_angle(observations[index]);
}

}  // namespace weft::classic
