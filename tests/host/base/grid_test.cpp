// Tables of texts in each form.

#include "host/base/grid.h"
#include "weft/testing/catch.h"

using namespace weft::host;

TEST_CASE("a table is written in each form, with its special characters escaped") {
  const std::vector<std::vector<std::string>> rows = {
      {"loss", "mean_value"}, {"a|b", "1 \xc2\xb1 2 %"}, {"c,d", "x^2"}};
  CHECK(to_text(rows, GridForm::text) == "loss  mean_value\na|b   1 \xc2\xb1 2 %\nc,d   x^2\n");
  CHECK(to_text(rows, GridForm::markdown) ==
        "| loss | mean_value |\n| --- | --- |\n| a\\|b | 1 \xc2\xb1 2 % |\n| c,d | x^2 |\n");
  CHECK(to_text(rows, GridForm::latex) ==
        "\\begin{tabular}{ll}\n\\toprule\nloss & mean\\_value \\\\\n\\midrule\na|b & 1 \xc2\xb1 2 \\% \\\\\n"
        "c,d & x\\textasciicircum{}2 \\\\\n\\bottomrule\n\\end{tabular}\n");
  CHECK(to_text(rows, GridForm::csv) == "loss,mean_value\na|b,1 \xc2\xb1 2 %\n\"c,d\",x^2\n");
  CHECK(grid_form("latex") == GridForm::latex);
  CHECK_FALSE(grid_form("html").has_value());
}
