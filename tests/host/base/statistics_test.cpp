#include "host/base/statistics.h"
#include "weft/testing/catch.h"

#include <cmath>

using namespace weft::host;

TEST_CASE("from five values on, the mean has Student's t interval") {
  // scipy.stats.t.interval(0.95, n - 1, mean, sem)
  const Estimate five = estimate({1.0, 2.0, 3.0, 4.0, 5.0});
  CHECK(five.mean == 3.0);
  CHECK(five.low == Approx(1.0367568385224393).epsilon(1e-12));
  CHECK(five.high == Approx(4.9632431614775605).epsilon(1e-12));
  const Estimate eight = estimate({-150.3, -149.1, -163.7, -151.0, -158.4, -147.2, -149.9, -155.5});
  CHECK(eight.mean == Approx(-153.1375));
  CHECK(eight.low == Approx(-157.81899055443057).epsilon(1e-9));
  CHECK(eight.high == Approx(-148.4560094455694).epsilon(1e-9));
  const Estimate equal = estimate({2.0, 2.0, 2.0, 2.0, 2.0});
  CHECK((equal.low == 2.0 && equal.high == 2.0));
}

TEST_CASE("below five values there is a range, and n is always printed") {
  const Estimate four = estimate({4.0, 1.0, 3.0, 2.0});
  CHECK((four.mean == 2.5 && four.low == 1.0 && four.high == 4.0));
  CHECK(to_text(four) == "2.5 (1 to 4), n = 4");
  CHECK(to_text(estimate({3.0})) == "3, n = 1");
  CHECK(to_text(estimate({1.0, 2.0, 3.0, 4.0, 5.0})) == "3 [1.037, 4.963], n = 5");
}

TEST_CASE("quantiles are interpolated linearly") {
  CHECK(quantile({1.0, 2.0, 4.0}, 0.5) == 2.0);
  CHECK(quantile({1.0, 2.0, 4.0}, 0.75) == 3.0);
  CHECK(quantile({1.0, 2.0, 4.0}, 1.0) == 4.0);
}

TEST_CASE("captions say what surrounds a mean") {
  CHECK(surroundings(1, 4) == "smallest to largest");
  CHECK(surroundings(5, 9) == "95 % t interval");
  CHECK(surroundings(3, 8) == "95 % t interval, smallest to largest below 5");
}
