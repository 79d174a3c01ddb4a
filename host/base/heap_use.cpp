#include "host/base/heap_use.h"

#include <malloc.h>

#include <array>
#include <cstdlib>

namespace weft::host {

std::size_t heap_in_use() {
  // Up to 7 freed pieces of each size up to 1,032 bytes are kept for a thread and count as in use: taking as many
  // leaves it nothing to keep.
  constexpr std::size_t largest = 1032, step = 16, kept = 7;
  std::array<void*, kept*(largest / step + 1)> taken{};
  std::size_t count = 0;
  for (std::size_t size = largest % step; size <= largest; size += step)
    for (std::size_t piece = 0; piece < kept; ++piece) taken.at(count++) = std::malloc(size);
  const struct mallinfo2 info = mallinfo2();
  for (void* piece : taken) std::free(piece);
  return info.uordblks + info.hblkhd;
}

}  // namespace weft::host
