/// Value functions that can be stored and restored. Needs no Torch.
#pragma once

#include "weft/core/state.h"

namespace weft::rl {

/// The service of a component whose value function can be stored: the part of its state that defines the value
/// function. That is its weights, without optimizer, counters and random engines. One graph stores a series of value
/// functions while they are learned; another one, in which nothing learns, loads them one after another.
class ValueSnapshot {
 public:
  static constexpr const char* interface_id = "weft.rl.value_snapshot/1";
  virtual ~ValueSnapshot() = default;

  /// Writes the current value function.
  virtual void save_value(StateWriter& writer) const = 0;

  /// Replaces the value function by one that save_value() of a component with the same parameters wrote. Throws Error
  /// if an array is missing or has another shape; the component is unusable then.
  virtual void load_value(StateReader& reader) = 0;
};

}  // namespace weft::rl
