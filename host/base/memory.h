/// Memory: how much is in use, and what to say when there is not enough.
#pragma once

#include <cstddef>
#include <exception>
#include <string>

namespace weft::host {

/// Bytes in use on the heap, plus a constant. Freed chunks that glibc caches for the calling thread are not counted.
std::size_t heap_in_use();

/// What an exception says about memory that was refused: how much, if it is known, and what to do. Empty for any other
/// exception.
std::string memory_explanation(const std::exception& exception);

}  // namespace weft::host
