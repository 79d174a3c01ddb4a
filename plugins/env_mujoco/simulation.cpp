#include "simulation.h"

#include <algorithm>

#include "weft/core/random.h"
#include "weft/rl/checks.h"

namespace weft::mujoco {

MujocoSimulation::MujocoSimulation(const Task& task, Model model, int64_t time_limit)
    : task_(task),
      model_(std::move(model)),
      data_(make_data(*model_)),
      time_limit_(time_limit),
      state_(static_cast<std::size_t>(model_->nq + model_->nv)) {}

void MujocoSimulation::reset(uint64_t seed) {
  Random random(seed);
  std::copy_n(model_->qpos0, model_->nq, state_.begin());
  std::fill(state_.begin() + model_->nq, state_.end(), 0.0);
  for (double& value : state_) value += random.uniform(-task_.reset_noise, task_.reset_noise);
  begin(state_);
}

void MujocoSimulation::set_state(Span<const double> state) {
  rl::require_finite("state", state, state_.size());
  begin(state);
}

void MujocoSimulation::begin(Span<const double> state) {
  steps_ = -1;
  guarded([&] {
    mj_resetData(model_.get(), data_.get());
    std::copy_n(state.data, model_->nq, data_->qpos);
    std::copy_n(state.data + model_->nq, model_->nv, data_->qvel);
    mj_forward(model_.get(), data_.get());
  });
  require_no_warning(*data_);
  steps_ = 0;
}

void MujocoSimulation::state(Span<double> out) const {
  std::copy_n(data_->qpos, model_->nq, out.data);
  std::copy_n(data_->qvel, model_->nv, out.data + model_->nq);
}

void MujocoSimulation::observation(Span<double> out) const {
  const int positions = static_cast<int>(model_->nq) - task_.hidden;  // newer MuJoCos have wider sizes
  std::copy_n(data_->qpos + task_.hidden, positions, out.data);
  for (int index = 0; index < model_->nv; ++index)
    out.data[positions + index] = task_.clipped_velocity(data_->qvel[index]);
}

rl::StepResult MujocoSimulation::step(Span<const double> action, Span<double> next_observation) {
  if (steps_ < 0)
    throw Error(
        "step() was called before an episode began, or after the simulator failed; call reset() or set_state() first");
  rl::require_finite("action", action, static_cast<std::size_t>(model_->nu));
  const double before = data_->qpos[0];
  const int64_t steps = steps_ + 1;
  steps_ = -1;  // until the engine has succeeded
  advance(action);
  state(state_);
  rl::require_finite("state after the step", state_, state_.size());
  steps_ = steps;
  observation(next_observation);

  rl::StepResult result;
  const double velocity = (data_->qpos[0] - before) / (model_->opt.timestep * task_.frame_skip);
  result.reward = task_.reward(velocity, action);
  result.terminated = task_.ended(state_.data() + task_.hidden);
  result.truncated = !result.terminated && time_limit_ > 0 && steps_ >= time_limit_;
  return result;
}

void MujocoSimulation::advance(Span<const double> action) {
  std::copy(action.begin(), action.end(), data_->ctrl);
  guarded([&] {
    for (int count = 0; count < task_.frame_skip; ++count) mj_step(model_.get(), data_.get());
  });
  require_no_warning(*data_);
}

// The engine starts each step with a search from the accelerations of the previous step: without them, a continued run
// drifts from the uninterrupted one as soon as the foot is on the floor.
void MujocoSimulation::save(StateWriter& writer) const {
  writer.array("qpos", {model_->nq}, data_->qpos);
  writer.array("qvel", {model_->nv}, data_->qvel);
  writer.array("act", {model_->na}, data_->act);
  writer.array("qacc_warmstart", {model_->nv}, data_->qacc_warmstart);
  writer.number("time", data_->time);
  writer.number("steps", steps_);
}

void MujocoSimulation::load(StateReader& reader) {
  guarded([&] { mj_resetData(model_.get(), data_.get()); });
  reader.array("qpos", {model_->nq}, data_->qpos);
  reader.array("qvel", {model_->nv}, data_->qvel);
  reader.array("act", {model_->na}, data_->act);
  reader.array("qacc_warmstart", {model_->nv}, data_->qacc_warmstart);
  data_->time = reader.number<double>("time");
  steps_ = reader.number<int64_t>("steps");
}

}  // namespace weft::mujoco
