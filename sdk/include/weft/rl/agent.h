/// Agents. Needs no Torch.
#pragma once

#include <cstdint>

#include "weft/rl/transitions.h"

namespace weft::rl {

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
