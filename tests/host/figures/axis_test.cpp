#include "host/figures/axis.h"
#include "weft/testing/catch.h"

using weft::testing::Contains;
namespace host = weft::host;

TEST_CASE("axes have round labels") {
  CHECK(host::round_numbers({0.0, 1.0}, 5) == std::vector<double>{0.0, 0.5, 1.0});
  CHECK(host::round_numbers({-3.14, 3.14}, 7) == std::vector<double>{-3, -2, -1, 0, 1, 2, 3});
  CHECK(host::round_numbers({5.0, 5.0}, 5) == std::vector<double>{5.0});
  CHECK(host::round_numbers({1.0, 1.0000000000000002}, 5) == std::vector<double>{1.0});
  CHECK(host::linear_marks("x", {20'000.0, 1e300}, 0, true) ==
        "set xtics nomirror ('20,000' 20000, '1e+300' 1e+300)\n");
  CHECK((host::common_exponent({0.0, 160'000.0}) == 5 && host::common_exponent({-0.002, 0.001}) == -3 &&
         host::common_exponent({0.0, 0.0}) == 0 && host::common_exponent({-80.0, 1.0}) == 0));
  CHECK((host::power_label(1, -5) == "10⁻⁵" && host::power_label(2, 12) == "2·10¹²"));
  CHECK(host::log_marks("y", {0.8, 30.0}, true) ==
        "set logscale y\nset ytics nomirror ('' 0.8 1, '' 0.9 1, '1' 1 0, '2' 2 0, '' 3 1, '' 4 1, '5' 5 0, '' 6 1, '' "
        "7 1, '' 8 "
        "1, '' 9 1, '10' 10 0, '20' 20 0, '' 30 1)\n");
  CHECK_THAT(host::log_marks("y", {0.0085, 0.0105}, true), Contains("('0.009' 0.009"));
  const host::Range all = host::Range{-1e308, 1e308}.widened(0.05, false),
                    positive = host::Range{5e-324, 1e308}.widened(0.05, true);
  CHECK((host::common_exponent(all) == 308 && host::common_exponent(positive) == 308));
  CHECK_THAT(host::log_marks("y", positive, true), Contains("'10⁰' 1 0"));
  CHECK_THAT(host::log_marks("y", {1e-9, 1.0}, true), Contains("'10⁻⁸' 1e-08 0, '10⁻⁶' 1e-06 0"));
}
