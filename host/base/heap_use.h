/// The amount of heap memory in use.
#pragma once

#include <cstddef>

namespace weft::host {

/// Bytes in use on the heap, plus a constant. Freed chunks that glibc caches for the calling thread are not counted.
std::size_t heap_in_use();

}  // namespace weft::host
