#include "cartpole.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "classic.h"
#include "weft/rl/checks.h"

namespace weft::classic {
namespace {

constexpr double gravity = 9.8;                                // m/s^2
constexpr double cart_mass = 1.0;                              // kg
constexpr double pole_mass = 0.1;                              // kg
constexpr double half_length = 0.5;                            // m
constexpr double force_unit = 10.0;                            // N per unit of action
constexpr double time_step = 0.02;                             // s
constexpr double max_position = 2.4;                           // m
constexpr double max_angle = 12.0 * std::numbers::pi / 180.0;  // rad
constexpr std::size_t width = 4;

bool fallen(Span<const double> observation) {
  return !rl::all_finite(observation) || std::abs(observation[0]) > max_position ||
         std::abs(observation[2]) > max_angle;
}

class CartpoleSimulation final : public ClassicSimulation {
 public:
  using ClassicSimulation::ClassicSimulation;

  void observation(Span<double> out) const override { state(out); }

 private:
  void start(Random& random) override {
    for (double& value : state_) value = random.uniform(-0.05, 0.05);
  }

  // Explicit Euler: positions move with the velocities from before the step.
  double advance(double action, Span<double> next_observation) override {
    constexpr double total_mass = cart_mass + pole_mass;
    constexpr double pole_moment = pole_mass * half_length;  // kg m
    const double speed = state_[1], theta = state_[2], rate = state_[3];
    const double sine = std::sin(theta), cosine = std::cos(theta);
    const double push = (force_unit * action + pole_moment * rate * rate * sine) / total_mass;
    const double angular =
        (gravity * sine - cosine * push) / (half_length * (4.0 / 3.0 - pole_mass * cosine * cosine / total_mass));
    const double linear = push - pole_moment * angular * cosine / total_mass;
    state_[0] += time_step * speed;
    state_[1] += time_step * linear;
    state_[2] += time_step * rate;
    state_[3] += time_step * angular;
    state(next_observation);
    return 1.0;
  }

  bool ended() const override { return fallen(state_); }
};

}  // namespace

void CartpoleEnvironment::describe(Description<CartpoleEnvironment>& type) {
  type.summary("Balance a pole on a cart with a continuous force; reward 1 per step until it falls.");
  type.reference("Barto, Sutton and Anderson, 1983; OpenAI gym CartPole-v1, with a continuous action");
  type.offers<rl::Environment>("environment", "the task");
  type.integer("time_limit", 1000, at_least(0), "an episode is truncated after this many steps; 0: never", "steps");
}

CartpoleEnvironment::CartpoleEnvironment(Setup& setup) {
  spec_.observation_size = width;
  spec_.action_size = 1;
  spec_.state_size = width;
  spec_.action_low = {-1.0};
  spec_.action_high = {1.0};
  spec_.time_limit = setup.integer("time_limit");
  spec_.has_termination = true;
}

std::unique_ptr<rl::Simulation> CartpoleEnvironment::make() const {
  return std::make_unique<CartpoleSimulation>(spec_);
}

void CartpoleEnvironment::terminated(Span<const double> observations, Span<uint8_t> out) const {
  for (std::size_t row = 0; row < out.size; ++row) out[row] = fallen({observations.data + row * width, width}) ? 1 : 0;
}

}  // namespace weft::classic
