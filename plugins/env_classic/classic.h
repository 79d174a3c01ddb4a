/// Shared by the classic tasks: a small state, one action, and a step counter with a time limit.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/random.h"
#include "weft/rl/environment.h"

namespace weft::classic {

/// A simulation whose physical state is `state_` and nothing else. A task defines how an episode starts, how the state
/// changes and what is observed of it.
class ClassicSimulation : public rl::Simulation {
 public:
  explicit ClassicSimulation(const rl::EnvironmentSpec& spec)
      : spec_(spec), state_(static_cast<std::size_t>(spec.state_size)) {}

  void reset(uint64_t seed) final;
  rl::StepResult step(Span<const double> action, Span<double> next_observation) final;
  void state(Span<double> out) const final;
  void set_state(Span<const double> state) final;
  void save(StateWriter& writer) const final;
  void load(StateReader& reader) final;

 protected:
  /// Draws the first state of an episode.
  virtual void start(Random& random) = 0;
  /// Advances the state by one step under an action inside the bounds, writes the next observation, and returns the
  /// reward.
  virtual double advance(double action, Span<double> next_observation) = 0;
  /// Whether the task terminates in this state.
  virtual bool ended() const = 0;

  const rl::EnvironmentSpec spec_;
  std::vector<double> state_;

 private:
  int64_t steps_ = -1;  ///< of this episode; -1: none has begun
};

}  // namespace weft::classic
