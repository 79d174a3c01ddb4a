// `weft table`: means over seeds, in Markdown.
#include "host/figures/plot_workspace.h"

using namespace weft::testing;

namespace {

/// The output of `weft table t.csv --metric error ...`.
std::string table(const Workspace& workspace, Words more, int code = 0) {
  more.insert(more.begin(), {"table", "t.csv", "--metric", "error"});
  const Finished finished = run_weft(more, workspace.folder.path());
  CHECK(finished.code == code);
  return finished.output;
}

}  // namespace

TEST_CASE("a table has a row for each setting, with the mean of the last values and its interval") {
  const Workspace workspace;
  CHECK(table(workspace, {}) ==
        "| loss | width | error |\n| --- | --- | --- |\n| mse | 4 | 3 (2 to 4), n = 2 |\n| vagram | 4 | 2 (1 to 3), n "
        "= 2 |\n"
        "| mse | 16 | 1 (0.5 to 1.5), n = 2 |\n| vagram | 16 | 0.5 (0.25 to 0.75), n = 2 |\n");
  CHECK(table(workspace, {"--columns", "loss"}) ==
        "| width | mse | vagram |\n| --- | --- | --- |\n| 4 | 3 (2 to 4), n = 2 | 2 (1 to 3), n = 2 |\n"
        "| 16 | 1 (0.5 to 1.5), n = 2 | 0.5 (0.25 to 0.75), n = 2 |\n");
  CHECK(table(workspace, {"--where", "width=16", "--where", "loss=mse"}) ==
        "| error |\n| --- |\n| 1 (0.5 to 1.5), n = 2 |\n");
}

TEST_CASE("a table over ticks has the mean of each run over them, and an empty cell for missing runs") {
  const Workspace workspace;
  CHECK_THAT(table(workspace, {"--ticks", "10..20"}), Contains("| mse | 4 | 4 (3 to 5), n = 2 |\n"));
  CHECK_THAT(table(workspace, {"--ticks", "11..20", "--where", "width=4"}), Contains("| mse | 3 (2 to 4), n = 2 |\n"));
  write_file(workspace.path("t.csv"),
             "loss,width,seed,tick,metric,value\nmse,4,0,1,error,1\nmse,8,0,1,error,2\nvagram,8,0,1,error,3\n");
  CHECK(table(workspace, {"--columns", "width"}) ==
        "| loss | 4 | 8 |\n| --- | --- | --- |\n| mse | 1, n = 1 | 2, n = 1 |\n| vagram |  | 3, n = 1 |\n");
}

TEST_CASE("invalid options of a table") {
  const Workspace workspace;
  for (const char* ticks : {"20..10", "10", "a..b", "10..20x", "-5..10", "10.."})
    CHECK(table(workspace, {"--ticks=" + std::string(ticks)}, 2) ==
          "--ticks " + std::string(ticks) + ": error: expected two ticks A..B, the first not above the last\n");
  CHECK(table(workspace, {"--ticks", "15..25"}, 2) ==
        "--ticks 15..25: error: the run with loss mse, width 16, seed 0 has no value of 'error' in these ticks; its "
        "values are from tick 10 to 10\n");
  CHECK_THAT(table(workspace, {"--columns", "los"}, 2),
             Contains("--columns los: error: unknown key 'los'; ") && Contains("did you mean 'loss'?"));
  CHECK_THAT(table(workspace, {"--where", "width=5"}, 2), Contains("no run has 'width' = '5'"));
  CHECK(run_weft({"table", "t.csv"}, workspace.folder.path()).output ==
        "error: --metric is missing; see 'weft table --help'\n");
}
