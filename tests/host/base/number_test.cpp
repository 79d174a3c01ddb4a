#include <cstring>
#include <limits>

#include "host/base/number.h"
#include "weft/testing/catch.h"

using namespace weft::host;

TEST_CASE("numbers are written with the fewest digits that read back the same") {
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(-162.5) == "-162.5");
  CHECK(shortest(100.0) == "100");
  CHECK(shortest(1e-5) == "1e-05");
  for (const double value : {1.0 / 3.0, 4.9406564584124654e-324, 1.7976931348623157e308, -0.0, 123456789.123456789}) {
    const double back = std::strtod(shortest(value).c_str(), nullptr);
    CHECK(std::memcmp(&back, &value, sizeof value) == 0);
  }
}

TEST_CASE("numbers for display") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(-123'456) == "-123,456");
  CHECK(grouped(12'345'678) == "12,345,678");
  CHECK(duration(41.4) == "41s");
  CHECK(duration(365) == "6m05s");
  CHECK(duration(12'060) == "3h21m");
  CHECK(brief(-162.4567) == "-162.5");
}

TEST_CASE("whole numbers are written as in TOML") {
  CHECK(whole_number("0") == 0);
  CHECK(whole_number("10_000") == 10000);
  CHECK(whole_number("1_2_3") == 123);
  CHECK(whole_number("9223372036854775807") == INT64_MAX);
  for (const char* text : {"", "_1", "1_", "1__0", "-1", "+1", "1.0", "0x10", " 1", "9223372036854775808"})
    CHECK_FALSE(whole_number(text));
}
