/// The plugin under test.
#pragma once

#include "weft/testing/bench.h"

namespace weft::testing {

inline const Plugin& stages() {
  static const Plugin plugin("stages_learning");
  return plugin;
}

}  // namespace weft::testing
