/// A service type of this project's own, which neither the host nor the SDK has ever heard of: two plugins share it
/// by including this header.
#pragma once

#include <cstdint>

#include "weft/core/span.h"

namespace example {

/// The service: a number that says how good it is to be somewhere. The id carries a prefix that nobody else uses and a
/// version, which goes up when a function is added or changes its meaning: plugins of both versions can be told apart.
class Potential {
 public:
  static constexpr const char* interface_id = "example.potential/1";
  virtual ~Potential() = default;

  /// How many numbers an observation has to have.
  virtual int64_t observation_size() const = 0;

  /// The potential at one observation, `[observation_size]`; finite where the observation is.
  virtual double at(weft::Span<const double> observation) const = 0;
};

}  // namespace example
