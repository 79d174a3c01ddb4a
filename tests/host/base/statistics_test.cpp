#include "host/base/statistics.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace host = weft::host;

TEST_CASE("the bootstrap interval of two values is that of the binomial distribution, and the same each time") {
  // Means of resamples are 0, 1/2 and 1 with probabilities 1/4, 1/2 and 1/4.
  const host::Interval two = host::bootstrap_interval({0.0, 1.0});
  CHECK(two.mean == 0.5);
  CHECK(two.low == 0.0);
  CHECK(two.high == 1.0);
  // 400 values of variance 1: the standard error is 1/20, the interval 1.96 of it to each side.
  std::vector<double> values(400, -1.0);
  std::fill(values.begin(), values.begin() + 200, 1.0);
  const host::Interval many = host::bootstrap_interval(values);
  CHECK(many.mean == 0.0);
  CHECK(many.low == Approx(-0.098).margin(0.006));
  CHECK(many.high == Approx(0.098).margin(0.006));
  const host::Interval again = host::bootstrap_interval(values);
  CHECK((again.low == many.low && again.high == many.high));
  const host::Interval one = host::bootstrap_interval({3.0});
  CHECK((one.mean == 3.0 && one.low == 3.0 && one.high == 3.0));
}
