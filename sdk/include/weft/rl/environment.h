/// Environments: a factory that describes a task, and the simulations that it makes. Needs no Torch.
///
/// All numbers are doubles in the units of the task. Spans belong to the caller, have exactly the sizes of the spec,
/// and are valid only during the call.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "weft/core/span.h"
#include "weft/core/state.h"

namespace weft::rl {

/// The sizes and bounds of a task; the same for all of its simulations.
struct EnvironmentSpec {
  int64_t observation_size = 0;     ///< numbers in one observation, at least 1
  int64_t action_size = 0;          ///< numbers in one action, at least 1
  int64_t state_size = 0;           ///< numbers in Simulation::state; may be 0
  std::vector<double> action_low;   ///< [action_size]; finite
  std::vector<double> action_high;  ///< [action_size]; finite, each above its action_low
  int64_t time_limit = 0;           ///< steps after which an episode is truncated; 0: never
  bool has_termination = false;     ///< whether Environment::terminated may be called
};

/// The result of one step, apart from the next observation.
struct StepResult {
  double reward = 0.0;
  bool terminated = false;  ///< the task ended in this step: nothing follows, so values must not bootstrap
  bool truncated = false;   ///< the time limit ended the episode: values bootstrap; never together with `terminated`
};

/// One running instance of an environment, owned by the component that asked for it. Deterministic: equal reset seeds
/// and actions give equal bits. Simulations share nothing that changes.
class Simulation {
 public:
  virtual ~Simulation() = default;

  /// Begins an episode. Everything random in it (its start and its noise) depends only on `seed`.
  virtual void reset(uint64_t seed) = 0;

  /// Writes the current observation into `out` `[observation_size]`. Call it only after a reset() or set_state().
  virtual void observation(Span<double> out) const = 0;

  /// Performs one step with `action` `[action_size]`, which lies inside the bounds, and writes the observation that the
  /// step led to into `next_observation` `[observation_size]`. If a coordinate wraps around (an angle beyond pi),
  /// `next_observation` contains the value before wrapping, so that its difference to the previous observation stays
  /// small; observation() returns the wrapped value afterwards. Call it only during an episode: after a reset() or
  /// set_state(), and not after a step that terminated. Throws Error, leaving the state unchanged, if the action is not
  /// finite. Throws Error if the simulator fails or its new state is not finite.
  virtual StepResult step(Span<const double> action, Span<double> next_observation) = 0;

  /// Writes the physical state into `out` `[state_size]`, in the order that the type documents (MuJoCo: qpos, then
  /// qvel).
  virtual void state(Span<double> out) const = 0;
  /// Begins an episode in a physical state `[state_size]`, with the step counter at 0. It continues like the simulation
  /// that the state was read from up to rounding errors, not bit for bit. Throws Error if a number is not finite.
  virtual void set_state(Span<const double> state) = 0;

  /// Writes everything that is needed to continue bit for bit: state, step counter, warm starts, random engines.
  virtual void save(StateWriter& writer) const = 0;
  /// Reads back what save() of a simulation of the same environment wrote; replaces a reset(). Throws Error if it does
  /// not fit.
  virtual void load(StateReader& reader) = 0;
};

/// The service of an environment: a task. Does not change after its construction.
class Environment {
 public:
  static constexpr const char* interface_id = "weft.rl.environment/1";
  virtual ~Environment() = default;

  /// The sizes and bounds; constant, and valid as long as the environment.
  virtual const EnvironmentSpec& spec() const = 0;

  /// Makes a simulation, which the caller owns; take it with Wire::own. Call its reset(), set_state() or load() before
  /// anything else. Must not return null.
  virtual std::unique_ptr<Simulation> make() const = 0;

  /// The termination function on a batch. `observations` `[batch, observation_size]`, row-major, are next observations
  /// as step() writes them. Writes 1 into `out` `[batch]` where the task ends and 0 elsewhere, in agreement with
  /// step(); a row that is not finite ends. The batch may be empty. Call it only if spec().has_termination.
  virtual void terminated(Span<const double> observations, Span<uint8_t> out) const = 0;

  /// Limits next observations `[batch, observation_size]`, row-major, in place to the range that step() writes
  /// (MuJoCo's Hopper: velocities within 10 of 0). A prediction may lie outside of it. Changes nothing that step()
  /// wrote. The default does nothing, which is right for tasks that limit no coordinate.
  virtual void clip(Span<double> next_observations) const { (void)next_observations; }

  /// Converts next observations `[batch, observation_size]`, row-major, in place to what observation() would return
  /// there (wrapped angles). The default does nothing, which is right for most tasks.
  virtual void wrap(Span<double> observations) const { (void)observations; }
};

}  // namespace weft::rl
