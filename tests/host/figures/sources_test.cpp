// The tables, sweeps and runs that a figure is drawn from.
#include "host/figures/plot_workspace.h"

namespace host = weft::host;
using namespace weft::testing;

TEST_CASE("sources are tables, sweeps and runs; runs are distinguished by name") {
  const Workspace workspace;
  fs::create_directory(workspace.path("sweep"));
  write_file(workspace.path("sweep/table.csv"), small_table);
  CHECK(host::read_tables({workspace.path("sweep")}, "other").runs.size() == 1);
  for (const std::string name : {"a", "b"}) {
    fs::create_directory(workspace.path(name));
    write_file(workspace.path(name + "/metrics.csv"), "tick,metric,value\n1,x.y,0.5\n");
    write_file(workspace.path(name + "/graph.toml"), "[run]\nname = \"run_" + name + "\"\nseed = 3\n");
  }
  const host::PlotTable runs = host::read_tables({workspace.path("a"), workspace.path("b")}, "x.y");
  CHECK(runs.keys == Words{"graph", "seed"});
  REQUIRE(runs.runs.size() == 2);
  CHECK(runs.runs[1].values == Words{"run_b", "3"});
  const host::PlotTable single = host::read_tables({workspace.path("a/metrics.csv")}, "x.y");
  CHECK(single.keys == Words{"seed"});
  CHECK(single.runs[0].values == Words{"0"});
}

TEST_CASE("sources with other keys are read together, and list the runs that failed") {
  const Workspace workspace("graph,loss,seed,tick,metric,value\none,mse,0,1,error,1\n");
  fs::create_directory(workspace.path("sweep"));
  write_file(workspace.path("sweep/table.csv"), "width,graph,seed,tick,metric,value\n8,two,3,1,error,2\n");
  write_file(workspace.path("sweep/failed.csv"), "width,graph,seed,error\n4,two,5,\"a, b\"\n");
  const host::PlotTable table = host::read_tables({workspace.path("t.csv"), workspace.path("sweep")}, "error");
  CHECK(table.keys == Words{"graph", "loss", "width", "seed"});
  REQUIRE(table.runs.size() == 2);
  CHECK(table.runs[0].values == Words{"one", "mse", "-", "0"});
  CHECK(table.runs[1].values == Words{"two", "-", "8", "3"});
  CHECK(table.failed == std::vector<Words>{{"two", "-", "4", "5"}});
  host::PlotTable others = table;
  others.keep_where("graph=one");
  CHECK(others.failed.empty());
}

TEST_CASE("quoted cells may contain commas") {
  const Workspace workspace(
      "model.hidden,seed,tick,metric,value\n\"[4, 4]\",0,1,error,1\r\n\"a \"\"b\"\"\",0,1,error,2\r\n");
  CHECK(workspace.table().values_of(0) == Words{"[4, 4]", "a \"b\""});
}
