#include "host/sweep/values.h"
#include "weft/testing/catch.h"

namespace host = weft::host;

TEST_CASE("seeds are ranges and single numbers") {
  host::Problems problems;
  CHECK(host::read_seeds("0..3,8, 5", problems) == std::vector<uint64_t>{0, 1, 2, 3, 8, 5});
  CHECK(host::read_seeds("9223372036854775806..9223372036854775807", problems).size() == 2);
  CHECK(problems.errors().empty());
  CHECK(host::read_seeds("9223372036854775808", problems).empty());  // a run would refuse it
  CHECK(problems.errors().size() == 1);
}
