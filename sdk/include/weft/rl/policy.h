/// Policies. Needs no Torch.
#pragma once

#include <cstdint>

#include "weft/core/random.h"

namespace weft::rl {

/// The service of a policy: chooses actions for observations. Stateless: what it returns depends only on its weights,
/// on the arguments, and for sample() on `random`. All arrays are row-major and belong to the caller.
class Policy {
 public:
  static constexpr const char* interface_id = "weft.rl.policy/1";
  virtual ~Policy() = default;

  /// Numbers in one observation.
  virtual int64_t observation_size() const = 0;
  /// Numbers in one action.
  virtual int64_t action_size() const = 0;

  /// Draws one action per row of `observations` `[batch, observation_size]` into `actions` `[batch, action_size]`, in
  /// the units and inside the bounds of the environment. All randomness comes from `random`; equal engines give equal
  /// actions.
  virtual void sample(int64_t batch, const float* observations, Random& random, float* actions) = 0;

  /// Writes the action that the policy takes when it does not explore, for each row, into `actions`, with the shapes of
  /// sample(): for a squashed Gaussian tanh of the mean, for a policy with added noise the action without it. A row's
  /// action depends only on that row's observation. Draws no random numbers.
  virtual void deterministic(int64_t batch, const float* observations, float* actions) = 0;
};

}  // namespace weft::rl
