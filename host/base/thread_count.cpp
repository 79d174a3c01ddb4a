#include "host/base/thread_count.h"

#include <algorithm>
#include <thread>

namespace weft::host {

int thread_count(int requested) {
  return requested > 0 ? requested : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace weft::host
