/// A service type that this project defines. Two plugins share it by including this header; neither the host nor the
/// SDK knows it.
#pragma once

#include <cstdint>

#include "weft/core/span.h"

namespace example {

/// The service of a potential: a number for each observation, higher for better ones. Its id has a prefix that is
/// unique to this project, and a version, which increases when a function is added or changes its meaning, so that
/// plugins of different versions are never wired together.
class Potential {
 public:
  static constexpr const char* interface_id = "example.potential/1";
  virtual ~Potential() = default;

  /// Numbers in one observation.
  virtual int64_t observation_size() const = 0;

  /// The potential at one observation `[observation_size]`; finite if the observation is.
  virtual double at(weft::Span<const double> observation) const = 0;
};

}  // namespace example
