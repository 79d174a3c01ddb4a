#include "host/base/option_text.h"
#include "weft/testing/catch.h"

using weft::host::split_values;
using Words = std::vector<std::string>;

TEST_CASE("values are split at the commas between them") {
  CHECK(split_values("a,b , c") == Words{"a", "b", "c"});
  CHECK(split_values("[1, 2],[3]") == Words{"[1, 2]", "[3]"});
  CHECK(split_values("{ from = 1, to = [2, 3] },4") == Words{"{ from = 1, to = [2, 3] }", "4"});
  CHECK(split_values(R"("a,\",b",'c,"d',e)") == Words{R"("a,\",b")", R"('c,"d')", "e"});
  CHECK(split_values("") == Words{""});
  CHECK(split_values("a,,b") == Words{"a", "", "b"});
}
