/// For stages that act: the way between the doubles of an environment and the float32 of policies and transitions.
/// Needs no Torch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "weft/core/error.h"
#include "weft/core/span.h"
#include "weft/core/wire.h"
#include "weft/rl/checks.h"
#include "weft/rl/environment.h"

namespace weft::rl {

/// Writes `from` as float32 into `to` `[from.size]`. Throws Error when a number is not finite or too large for float32;
/// `what` names the numbers in its message, as in require_finite().
inline void to_float32(Span<const double> from, float* to, const char* what) {
  for (std::size_t index = 0; index < from.size; ++index) to[index] = static_cast<float>(from[index]);
  require_finite(what, Span<const float>(to, from.size));
}

/// Writes the output of a policy, `from` `[action_size]`, into `action` `[action_size]` as an action that
/// Simulation::step() accepts. Clips to the bounds of `spec`: float32 may round a bound to a number outside. Throws
/// Error when a number is not finite.
inline void to_action(const float* from, const EnvironmentSpec& spec, Span<double> action) {
  require_finite("the action of the policy", Span<const float>(from, action.size));
  for (std::size_t index = 0; index < action.size; ++index) {
    const auto wanted = static_cast<double>(from[index]);
    const double low = spec.action_low[index], high = spec.action_high[index];
    action[index] = wanted < low ? low : wanted > high ? high : wanted;
  }
}

/// Throws SetupError at `slot` when the service wired into it has other observation and action sizes than the
/// environment. For services with observation_size() and action_size(): policies, models, data sets.
template <class I>
void require_sizes(const char* slot, const Wire<I>& wire, const EnvironmentSpec& spec) {
  const int64_t observation_size = wire->observation_size(), action_size = wire->action_size();
  if (observation_size == spec.observation_size && action_size == spec.action_size) return;
  throw SetupError(slot, std::string("what is wired into '") + slot + "' has observation size " +
                             std::to_string(observation_size) + " and action size " + std::to_string(action_size) +
                             ", but the environment of this stage has " + std::to_string(spec.observation_size) +
                             " and " + std::to_string(spec.action_size) + "; wire both to the same environment");
}

}  // namespace weft::rl
