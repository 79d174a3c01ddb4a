/// Environments: a factory that knows the task, and the simulations that it makes. Needs no Torch.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "weft/core/span.h"
#include "weft/core/state.h"

namespace weft::rl {

/// The sizes and bounds of a task; the same for all of its simulations.
struct EnvironmentSpec {
  int64_t observation_size = 0;
  int64_t action_size = 0;
  int64_t state_size = 0;           ///< numbers in Simulation::state
  std::vector<double> action_low;   ///< [action_size]
  std::vector<double> action_high;  ///< [action_size]
  int64_t time_limit = 0;           ///< steps after which an episode is truncated; 0: never
  bool has_termination = false;     ///< whether Environment::terminated is known
};

/// What one step gives besides the next observation.
struct StepResult {
  double reward = 0.0;
  bool terminated = false;  ///< the task ended here; nothing follows, values do not bootstrap
  bool truncated = false;   ///< cut off by the time limit; values bootstrap
};

/// One running instance of an environment. Deterministic: the same reset seed and actions give the same bits.
/// Numbers are doubles in the units of the task; spans belong to the caller and have the sizes of the spec.
class Simulation {
 public:
  virtual ~Simulation() = default;

  /// Begins an episode. Everything random in it (start and noise) depends on `seed` alone.
  virtual void reset(uint64_t seed) = 0;

  /// What the agent sees now, `[observation_size]`; needs a reset or set_state before.
  virtual void observation(Span<double> out) const = 0;

  /// Acts for one step; `action` `[action_size]` lies inside the bounds. `next_observation`
  /// `[observation_size]` is what this step led to; it may differ from observation() afterwards where a
  /// coordinate wraps around (an angle just beyond pi), so that the difference of the two stays small.
  /// Not after a step that terminated. Throws Error when the simulator fails or its state is not finite.
  virtual StepResult step(Span<const double> action, Span<double> next_observation) = 0;

  /// The physical state, `[state_size]`, in the order that the type documents (MuJoCo: qpos, then qvel).
  virtual void state(Span<double> out) const = 0;
  /// Begins an episode from a physical state, with the step counter at 0. Equal to rounding, not bit for bit.
  virtual void set_state(Span<const double> state) = 0;

  /// Everything that bit-exact continuation needs: state, step counter, warm starts, random streams.
  virtual void save(StateWriter& writer) const = 0;
  virtual void load(StateReader& reader) = 0;
};

/// The service: a task. Constant after it was made.
class Environment {
 public:
  static constexpr const char* interface_id = "weft.rl.environment/1";
  virtual ~Environment() = default;

  virtual const EnvironmentSpec& spec() const = 0;

  /// A new simulation, owned by the caller (through Wire::own); needs a reset before anything else.
  virtual std::unique_ptr<Simulation> make() const = 0;

  /// The known termination function on a batch: `observations` `[batch, observation_size]`, row-major, are
  /// next observations of steps; writes 1 into `out` `[batch]` where the task ends, else 0. Rows that are
  /// not finite end. Only where spec().has_termination.
  virtual void terminated(Span<const double> observations, Span<uint8_t> out) const = 0;

  /// Turns next observations `[batch, observation_size]` into what the agent would see there, in place
  /// (angles wrapped). Nothing to do for most tasks.
  virtual void wrap(Span<double> observations) const { (void)observations; }
};

}  // namespace weft::rl
