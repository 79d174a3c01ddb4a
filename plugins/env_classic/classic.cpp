#include "classic.h"

#include <algorithm>

#include "weft/core/error.h"
#include "weft/rl/checks.h"

namespace weft::classic {

void ClassicSimulation::reset(uint64_t seed) {
  Random random(seed);
  start(random);
  steps_ = 0;
}

rl::StepResult ClassicSimulation::step(Span<const double> action, Span<double> next_observation) {
  if (steps_ < 0) throw Error("step() was called before an episode began; call reset() or set_state() first");
  rl::require_finite("action", action, 1);
  rl::StepResult result;
  result.reward = advance(std::clamp(action[0], spec_.action_low[0], spec_.action_high[0]), next_observation);
  rl::require_finite("state after the step", state_, state_.size());
  ++steps_;
  result.terminated = ended();
  result.truncated = !result.terminated && spec_.time_limit > 0 && steps_ >= spec_.time_limit;
  return result;
}

void ClassicSimulation::state(Span<double> out) const { std::copy(state_.begin(), state_.end(), out.begin()); }

void ClassicSimulation::set_state(Span<const double> state) {
  rl::require_finite("state", state, state_.size());
  std::copy(state.begin(), state.end(), state_.begin());
  steps_ = 0;
}

void ClassicSimulation::save(StateWriter& writer) const {
  writer.array("state", state_);
  writer.number("steps", steps_);
}

void ClassicSimulation::load(StateReader& reader) {
  reader.array("state", {spec_.state_size}, state_.data());
  steps_ = reader.number<int64_t>("steps");
}

}  // namespace weft::classic
