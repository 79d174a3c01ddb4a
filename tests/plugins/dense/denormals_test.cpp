// Denormal numbers count as zero in the fast paths, and only there.

#include <array>
#include <limits>
#include <vector>

#include "dense/dense.h"
#include "dense/parallel.h"
#include "weft/testing/catch.h"

using namespace weft::dense;

namespace {

/// Half of the smallest normal number, computed where the compiler cannot do it; 0 where denormals are flushed.
float half_of_smallest() {
  const volatile float smallest = std::numeric_limits<float>::min();
  return smallest * 0.5f;
}

}  // namespace

#if defined(__SSE2__)
TEST_CASE("denormal numbers are zero in parallel work, and no thread keeps that") {
  REQUIRE(half_of_smallest() > 0.0f);
  for (const int threads : {1, 2, 3}) {
    std::vector<float> seen(8, 1.0f);
    for_units(threads, 8, [&](int64_t unit, int) { seen[static_cast<std::size_t>(unit)] = half_of_smallest(); });
    CHECK(seen == std::vector<float>(8, 0.0f));
    CHECK(half_of_smallest() > 0.0f);
    std::array<float, 3> after{};
#pragma omp parallel for num_threads(3) schedule(static, 1)
    for (int worker = 0; worker < 3; ++worker) after[static_cast<std::size_t>(worker)] = half_of_smallest();
    for (const float number : after) CHECK(number > 0.0f);
  }
  CHECK_THROWS_AS(for_units(2, 4, [](int64_t, int) { throw 1; }), int);
  CHECK(half_of_smallest() > 0.0f);
}

TEST_CASE("Adam's moments become zero instead of denormal") {
  std::vector<float> parameters(4, 1.0f), gradient(4, 0.0f), first(4, std::numeric_limits<float>::min()),
      second(4, std::numeric_limits<float>::min());
  AdamStep settings;
  settings.step = 1000;
  adam(settings, 4, parameters.data(), gradient.data(), first.data(), second.data());
  CHECK(first == std::vector<float>(4, 0.0f));
  CHECK(second == std::vector<float>(4, 0.0f));
  CHECK(half_of_smallest() > 0.0f);
}
#endif
