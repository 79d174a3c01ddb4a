/// Between the doubles of an environment and the float32 of policies and transitions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "weft/core/error.h"
#include "weft/core/span.h"
#include "weft/core/wire.h"
#include "weft/rl/agent.h"
#include "weft/rl/checks.h"
#include "weft/rl/environment.h"

namespace weft::stages {

/// `from` as float32 into `to`; throws Error, naming `what`, when a number is not finite or too large for float32.
inline void to_float(Span<const double> from, float* to, const char* what) {
  std::transform(from.begin(), from.end(), to, [](double value) { return static_cast<float>(value); });
  rl::require_finite(what, Span<const float>(to, from.size));
}

/// What a policy said, `[action_size]`, as an action of the environment. Clipped, since a bound may not be a
/// float32 and its rounding may lie outside. Throws Error when it is not finite.
inline void to_action(const float* from, const rl::EnvironmentSpec& spec, Span<double> action) {
  rl::require_finite("the action of the policy", Span<const float>(from, action.size));
  for (std::size_t index = 0; index < action.size; ++index)
    action[index] = std::clamp(static_cast<double>(from[index]), spec.action_low[index], spec.action_high[index]);
}

/// Throws SetupError at `slot` when what is wired there has other sizes than the environment.
template <class I>
void require_sizes(const char* slot, const Wire<I>& wire, const rl::EnvironmentSpec& spec) {
  const int64_t observation_size = wire->observation_size(), action_size = wire->action_size();
  if (observation_size == spec.observation_size && action_size == spec.action_size) return;
  throw SetupError(slot, std::string("what is wired into '") + slot + "' has " + std::to_string(observation_size) +
                             " observations and " + std::to_string(action_size) +
                             " actions, but the environment of this stage has " +
                             std::to_string(spec.observation_size) + " and " + std::to_string(spec.action_size) +
                             "; wire both to the same environment");
}

}  // namespace weft::stages
