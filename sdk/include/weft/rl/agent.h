/// Policies and agents. Needs no Torch.
#pragma once

#include <cstdint>

#include "weft/core/random.h"
#include "weft/rl/transitions.h"

namespace weft::rl {

/// The service: a rule for acting.
class Policy {
 public:
  static constexpr const char* interface_id = "weft.rl.policy/1";
  virtual ~Policy() = default;

  virtual int64_t observation_size() const = 0;
  virtual int64_t action_size() const = 0;

  /// One action per row of `observations` `[batch, observation_size]`, drawn from the policy with `random`,
  /// into `actions` `[batch, action_size]`, inside the bounds of the environment.
  virtual void sample(int64_t batch, const float* observations, Random& random, float* actions) = 0;

  /// The mean action (the mode of a squashed Gaussian); draws nothing.
  virtual void mean(int64_t batch, const float* observations, float* actions) = 0;
};

/// The service: something that learns from transitions.
class Agent {
 public:
  static constexpr const char* interface_id = "weft.rl.agent/1";
  virtual ~Agent() = default;

  virtual int64_t observation_size() const = 0;
  virtual int64_t action_size() const = 0;

  /// One update of everything that learns, from one batch. Records its own metrics; throws Error when a
  /// loss is not finite.
  virtual void update(const TransitionBatch& batch) = 0;
};

}  // namespace weft::rl
