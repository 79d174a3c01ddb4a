#include "host/sweep/values.h"
#include "host/base/option_text.h"

#include <catch2/catch.hpp>

namespace host = weft::host;
using Words = std::vector<std::string>;

TEST_CASE("values are split at the commas between them") {
  CHECK(host::split_values("a,b , c") == Words{"a", "b", "c"});
  CHECK(host::split_values("[1, 2],[3]") == Words{"[1, 2]", "[3]"});
  CHECK(host::split_values("{ from = 1, to = [2, 3] },4") == Words{"{ from = 1, to = [2, 3] }", "4"});
  CHECK(host::split_values(R"("a,\",b",'c,"d',e)") == Words{R"("a,\",b")", R"('c,"d')", "e"});
  CHECK(host::split_values("") == Words{""});
  CHECK(host::split_values("a,,b") == Words{"a", "", "b"});
}

TEST_CASE("seeds are ranges and single numbers") {
  host::Problems problems;
  CHECK(host::read_seeds("0..3,8, 5", problems) == std::vector<uint64_t>{0, 1, 2, 3, 8, 5});
  CHECK(host::read_seeds("18446744073709551614..18446744073709551615", problems).size() == 2);
  CHECK(problems.errors().empty());
}
