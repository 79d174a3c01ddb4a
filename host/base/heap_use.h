/// How much memory is in use.
#pragma once

#include <cstddef>

namespace weft::host {

/// Bytes that are in use on the heap, and a constant. What glibc keeps for the calling thread is not counted.
std::size_t heap_in_use();

}  // namespace weft::host
