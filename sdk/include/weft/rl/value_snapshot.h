/// Value functions that can be written down and brought back. Needs no Torch.
#pragma once

#include "weft/core/state.h"

namespace weft::rl {

/// The service: the part of a component's state that its value function is made of: weights, and no optimiser,
/// counter or random stream. So a value function can be kept while it learns, and be stepped through later by a graph
/// in which nothing learns it.
class ValueSnapshot {
 public:
  static constexpr const char* interface_id = "weft.rl.value_snapshot/1";
  virtual ~ValueSnapshot() = default;

  /// Writes the value function as it is now.
  virtual void save_value(StateWriter& writer) const = 0;

  /// Takes a value function that save_value() of a component with the same settings wrote. Throws Error when an array
  /// is missing or has another shape; the component is unusable then.
  virtual void load_value(StateReader& reader) = 0;
};

}  // namespace weft::rl
