#include "host/base/memory.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string_view>

namespace weft::host {
namespace {

constexpr double gigabyte = 1e9;

/// The memory that the process has, in GB, as the system counts it.
double resident() {
  std::ifstream stream("/proc/self/statm");
  double program = 0.0, pages = 0.0;
  stream >> program >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / gigabyte;
}

/// The size in LibTorch's message about a refused allocation, in GB; 0: this is no such message.
double size_in(std::string_view message) {
  constexpr std::string_view before = "you tried to allocate ";
  const std::size_t found = message.find(before);
  return found == message.npos ? 0.0 : std::atof(message.data() + found + before.size()) / gigabyte;
}

}  // namespace

std::string memory_explanation(const std::exception& exception) {
  constexpr const char* remedy = "choose smaller sizes, or a machine with more memory";
  if (dynamic_cast<const std::length_error*>(&exception))
    return fmt::format("not enough memory: a size is beyond what any memory holds ({}); {}", exception.what(), remedy);
  const double size = size_in(exception.what());
  if (size == 0.0 && !dynamic_cast<const std::bad_alloc*>(&exception)) return "";
  return fmt::format("not enough memory: the system refused {}, and the process has {:.2f} GB; {}",
                     size > 0.0 ? fmt::format("{:.2f} GB", size) : "an allocation", resident(), remedy);
}

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
