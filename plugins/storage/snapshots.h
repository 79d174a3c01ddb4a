/// The names of snapshots of value functions.
#pragma once

namespace weft::storage {

/// The name of a snapshot's group begins with this; the tick follows.
inline constexpr const char* snapshot_prefix = "value_";

}  // namespace weft::storage
