/// How snapshots of value functions are named.
#pragma once

namespace weft::storage {

/// What the name of each snapshot's group begins with; the tick follows.
inline constexpr const char* snapshot_prefix = "value_";

}  // namespace weft::storage
