// What is said about memory that was refused.
#include <new>
#include <stdexcept>
#include <vector>

#include "host/base/memory.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Contains;
using weft::testing::StartsWith;

TEST_CASE("refused memory is explained with its size, if it is known, and with what to do") {
  const std::string remedy = "choose smaller sizes, or a machine with more memory";
  CHECK_THAT(
      memory_explanation(std::bad_alloc()),
      StartsWith("not enough memory: the system refused an allocation, and the process has ") && Contains(remedy));
  CHECK_THAT(memory_explanation(std::runtime_error("[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: "
                                                   "can't allocate memory: you tried to allocate 4250000000 bytes. "
                                                   "Error code 12 (Cannot allocate memory)")),
             StartsWith("not enough memory: the system refused 4.25 GB, and ") && Contains(remedy));
  std::string explained;
  try {
    const std::vector<double> numbers(static_cast<std::size_t>(-1));
  } catch (const std::exception& exception) {
    explained = memory_explanation(exception);
  }
  CHECK_THAT(explained, StartsWith("not enough memory: a size is beyond what any memory holds (") && Contains(remedy));
  CHECK(memory_explanation(std::runtime_error("anything else")).empty());
}
