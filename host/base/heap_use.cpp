#include "host/base/heap_use.h"

#include <malloc.h>

#include <array>
#include <cstdlib>

namespace weft::host {

std::size_t heap_in_use() {
  // glibc keeps up to 7 freed chunks of each size up to 1,032 bytes in a cache of the thread and counts them as in use;
  // allocating as many empties that cache.
  constexpr std::size_t largest = 1032, step = 16, cached = 7;
  std::array<void*, cached*(largest / step + 1)> chunks{};
  std::size_t count = 0;
  for (std::size_t size = largest % step; size <= largest; size += step)
    for (std::size_t chunk = 0; chunk < cached; ++chunk) chunks.at(count++) = std::malloc(size);
  const struct mallinfo2 info = mallinfo2();
  for (void* chunk : chunks) std::free(chunk);
  return info.uordblks + info.hblkhd;
}

}  // namespace weft::host
