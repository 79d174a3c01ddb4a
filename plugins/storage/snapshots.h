/// How snapshots of value functions are named.
#pragma once

#include <cstdint>
#include <string>

namespace weft::storage {

/// The group of the snapshot of a tick: names sort as ticks do.
std::string snapshot_group(int64_t tick);

}  // namespace weft::storage
