#pragma once

#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace weft::classic {

/// `env.pendulum`: swing a pendulum up and hold it, with a torque too weak to do so at once.
/// State: theta (rad, 0 is upright, not wrapped), theta_dot (rad/s). Observation: cos theta, sin theta,
/// theta_dot (`observe = "trig"`), or theta wrapped to [-pi, pi), theta_dot (`"angle"`). With an angle the
/// next observation of a step is wrap(theta) + theta_dot' dt, not wrapped again, so that it differs little from the
/// observation before; wrap() turns it into the next observation that the agent sees. Action: torque in N m, clipped.
class PendulumEnvironment final : public Component, public rl::Environment {
 public:
  static void describe(Description<PendulumEnvironment>& type);

  explicit PendulumEnvironment(Setup& setup);

  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override;
  void terminated(Span<const double> observations, Span<uint8_t> out) const override;
  void clip(Span<double> next_observations) const override;
  void wrap(Span<double> observations) const override;

 private:
  bool angle_;  ///< observe the angle itself
  rl::EnvironmentSpec spec_;
};

}  // namespace weft::classic
