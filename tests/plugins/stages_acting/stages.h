/// The plugin under test.
#pragma once

#include "weft/testing/bench.h"

namespace weft::testing {

inline const Plugin& stages() {
  static const Plugin plugin("stages_acting");
  return plugin;
}

}  // namespace weft::testing
