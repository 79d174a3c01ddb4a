#pragma once

#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace weft::classic {

/// `env.cartpole`: balance a pole on a cart with a continuous force.
/// State and observation: x (m), x_dot (m/s), theta (rad, 0 is upright), theta_dot (rad/s). Action: in
/// [-1, 1], clipped; the force is 10 N times the action. Reward 1 per step. Terminates if |x| > 2.4 m or
/// |theta| > 12 degrees.
class CartpoleEnvironment final : public Component, public rl::Environment {
 public:
  static void describe(Description<CartpoleEnvironment>& type);

  explicit CartpoleEnvironment(Setup& setup);

  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override;
  void terminated(Span<const double> observations, Span<uint8_t> out) const override;

 private:
  rl::EnvironmentSpec spec_;
};

}  // namespace weft::classic
