// `weft sweep`: which runs it starts, which it skips, and what it writes.
#include <nlohmann/json.hpp>

#include "host/base/statistics.h"
#include "host/sweep/sweep_workspace.h"

namespace host = weft::host;
using namespace weft::testing;

TEST_CASE("every setting is run with every seed, in folders named by what varies, and collected in one table") {
  const Workspace workspace;
  const Finished finished = workspace.sweep({"--set", "stages.alice.nap=0,1", "--set", "stages.bob.bulk=2", "--set",
                                             "stages.bob.nap=1,0", "--seeds", "3,1", "--ticks", "10"});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const std::string folder = "runs/walking_by_alice.nap_bob.nap";
  CHECK(folders_in(workspace.path(folder)) ==
        Words{"alice.nap=0,bob.nap=0", "alice.nap=0,bob.nap=1", "alice.nap=1,bob.nap=0", "alice.nap=1,bob.nap=1"});
  CHECK(folders_in(workspace.path(folder + "/alice.nap=1,bob.nap=0")) == Words{"1", "3"});
  CHECK_THAT(workspace.text(folder + "/alice.nap=1,bob.nap=0/3/graph.toml"),
             Contains("seed = 3\nticks = 10") && Contains("bulk = 2"));
  CHECK_THAT(workspace.text(folder + "/alice.nap=1,bob.nap=0/3.log"), Contains("walking, seed 3: finished at tick 10"));

  const std::string table = workspace.text(folder + "/table.csv");
  CHECK_THAT(table,
             StartsWith("graph,stages.alice.nap,stages.bob.nap,seed,tick,metric,value\nwalking,0,1,3,1,alice.step,"));
  CHECK(runs_in(table) == Words{"walking,0,1,3", "walking,0,1,1", "walking,0,0,3", "walking,0,0,1", "walking,1,1,3",
                                "walking,1,1,1", "walking,1,0,3", "walking,1,0,1"});
  std::istringstream metrics(workspace.text(folder + "/alice.nap=1,bob.nap=0/3/metrics.csv"));
  std::string row, rows;
  std::getline(metrics, row);
  while (std::getline(metrics, row)) rows += "walking,1,0,3," + row + "\n";
  CHECK_THAT(table, Contains(rows));

  CHECK_THAT(finished.output, Contains("8/8  ") && Contains("alice.nap=1,bob.nap=0, seed 1 done in ") &&
                                  Contains("\n8 runs: 8 done; ") && Contains("table: " + folder + "/table.csv\n"));
  const auto last = [&](const char* seed) {
    return nlohmann::json::parse(workspace.text(folder + "/alice.nap=0,bob.nap=1/" + seed + "/summary.json"))
        .at("headlines")
        .at("alice.place")
        .at("latest")
        .at("value")
        .get<double>();
  };
  CHECK_THAT(finished.output,
             Contains("\nalice.place: last value, mean over n seeds (smallest to largest)\n  alice.nap=0,bob.nap=1  " +
                      host::to_text(host::estimate({last("3"), last("1")})) + "\n"));
}

TEST_CASE("equal sweeps give equal tables, for any number of jobs") {
  const Workspace workspace;
  for (const char* jobs : {"1", "3"})
    REQUIRE(workspace.sweep({"--seeds", "0..2", "--set", "stages.alice.nap=0,1", "--jobs", jobs, "--out", jobs}).code ==
            0);
  CHECK(workspace.text("1/table.csv") == workspace.text("3/table.csv"));
}

TEST_CASE("without several values a run keeps the graph's seed; several graphs are distinguished by name") {
  const Workspace workspace;
  const Finished single = workspace.sweep({"--set", "stages.bob.bulk=3"});
  CHECK(single.code == 0);
  CHECK_THAT(workspace.text("runs/walking_by_seed/table.csv"),
             StartsWith("graph,seed,tick,metric,value\nwalking,0,1,"));
  CHECK_THAT(single.output, Contains(", n = 1\n"));

  workspace.set_graph("name = \"walking\"", "name = \"strolling\"\nseed = 7", "stroll.toml");
  REQUIRE(workspace.sweep({"stroll.toml", "--out", "both"}).code == 0);
  CHECK(runs_in(workspace.text("both/table.csv")) == Words{"walking,0", "strolling,7"});
  CHECK(folders_in(workspace.path("both")) == Words{"strolling", "walking"});
}

TEST_CASE("names of folders need no quotes in a shell, are valid in any file system, and are distinct") {
  const Workspace workspace;
  fs::create_directory(workspace.path("plugins"));
  fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/graphs/graph_components.so", workspace.path("plugins/dial.so"));
  write_file(workspace.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = ["plugins"]
[components.clock]
use = "mock.clock"
[components.dial]
use = "mock.dial"
clock = "clock"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  const std::string longest(150, 'x');
  const Finished finished =
      workspace.sweep({"--out", "a", "--set", "components.dial.label=a/b,a*b,\"a,b\",[ab],../..," + longest});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const Words names = folders_in(workspace.path("a"));
  REQUIRE(names.size() == 6);
  CHECK(names[0] == "dial.label=.._..");
  CHECK(names[1] == "dial.label=a,b");
  CHECK_THAT(names[2], StartsWith("dial.label=a_b-"));
  CHECK_THAT(names[3], StartsWith("dial.label=a_b-"));
  CHECK(names[4] == "dial.label=ab");
  CHECK_THAT(names[5], StartsWith("dial.label=xxx"));
  CHECK(names[5].size() < 140);
}

TEST_CASE("finished runs are skipped; new values and seeds are added; more ticks continue the runs") {
  const Workspace workspace;
  REQUIRE(workspace.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"}).code == 0);
  const std::string table = workspace.text("a/table.csv");
  const auto written = fs::last_write_time(workspace.path("a/bob.bulk=0/0/metrics.csv"));

  const Finished again = workspace.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("4 runs: 4 done before; "));
  CHECK(workspace.text("a/table.csv") == table);

  const Finished more = workspace.sweep({"--out", "a", "--seeds", "0..2", "--set", "stages.bob.bulk=0,1,2"});
  CHECK(more.code == 0);
  CHECK_THAT(more.output, Contains("9 runs: 5 done, 4 done before; "));
  CHECK(fs::last_write_time(workspace.path("a/bob.bulk=0/0/metrics.csv")) == written);

  const Words longer = {"--seeds", "0..1", "--set", "stages.bob.bulk=0,1", "--ticks", "30", "--out"};
  const auto to = [&](const char* folder) {
    Words words = longer;
    words.emplace_back(folder);
    return workspace.sweep(words);
  };
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done; "));
  CHECK_THAT(workspace.text("a/bob.bulk=0/0.log"), Contains("continuing from tick 20"));
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done before; "));
  REQUIRE(to("b").code == 0);
  CHECK(workspace.text("a/table.csv") == workspace.text("b/table.csv"));
}
