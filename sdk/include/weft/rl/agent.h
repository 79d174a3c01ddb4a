/// Policies and agents. Needs no Torch.
#pragma once

#include <cstdint>

#include "weft/core/random.h"
#include "weft/rl/transitions.h"

namespace weft::rl {

/// The service of a policy: chooses actions for observations. All arrays are row-major and belong to the caller.
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

  /// Writes the mean action of each row (the mode of a squashed Gaussian) into `actions`, with the shapes of sample().
  /// A row's action depends only on that row's observation. Draws no random numbers.
  virtual void mean(int64_t batch, const float* observations, float* actions) = 0;
};

/// The service of an agent: learns from transitions.
class Agent {
 public:
  static constexpr const char* interface_id = "weft.rl.agent/1";
  virtual ~Agent() = default;

  /// Numbers in one observation.
  virtual int64_t observation_size() const = 0;
  /// Numbers in one action.
  virtual int64_t action_size() const = 0;

  /// Performs one update of everything that the agent learns, from one batch of at least one row. Records the agent's
  /// own metrics. Throws Error if the rows have other sizes than the agent, or a loss is not finite.
  virtual void update(const TransitionBatch& batch) = 0;
};

}  // namespace weft::rl
