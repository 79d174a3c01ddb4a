/// A running MuJoCo task. Tasks differ only in data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine.h"
#include "weft/rl/environment.h"

namespace weft::mujoco {

/// A task as in OpenAI gym's v4 MuJoCo environments. Its observation is (qpos, qvel) without the first
/// `hidden` coordinates, velocities clipped.
struct Task {
  const char* model;      ///< file in the folder `models`
  int frame_skip;         ///< engine steps per environment step, under one action
  double reset_noise;     ///< starts differ from the default pose by uniform noise of this size, qpos and qvel
  int hidden;             ///< leading coordinates that the agent does not see
  double velocity_limit;  ///< observed velocities are clipped to plus and minus this
  double clipped_velocity(double velocity) const { return std::clamp(velocity, -velocity_limit, velocity_limit); }
  /// Of one step: `velocity` is the change of qpos[0] over the step divided by its time.
  double (*reward)(double velocity, Span<const double> action);
  /// Whether the task terminates at a finite observation, `[observation_size]`, whose velocities may be unclipped.
  bool (*ended)(const double* observation);
};

/// State: qpos, then qvel.
class MujocoSimulation final : public rl::Simulation {
 public:
  MujocoSimulation(const Task& task, Model model, int64_t time_limit);

  void reset(uint64_t seed) override;
  void observation(Span<double> out) const override;
  rl::StepResult step(Span<const double> action, Span<double> next_observation) override;
  void state(Span<double> out) const override;
  void set_state(Span<const double> state) override;
  void save(StateWriter& writer) const override;
  void load(StateReader& reader) override;

 private:
  void begin(Span<const double> state);
  void advance(Span<const double> action);

  const Task& task_;
  Model model_;
  Data data_;
  int64_t time_limit_;
  int64_t steps_ = -1;         ///< of this episode; -1: none has begun, or the engine failed
  std::vector<double> state_;  ///< scratch: qpos, then qvel
};

}  // namespace weft::mujoco
