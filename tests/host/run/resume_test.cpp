// `weft resume`: runs that continue, checkpoints that cannot be used, and plugins and graphs that changed.

#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

TEST_CASE("a resumed run equals an uninterrupted one, wherever it stopped") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole").code == 0);
  for (const int64_t cut : {1, 15, 20, 33}) {
    INFO("stopped at tick " << cut);
    const std::string name = "until_" + std::to_string(cut);
    REQUIRE(workspace.run(name, {"--ticks", std::to_string(cut)}).code == 0);
    const Finished finished = workspace.resume(name, {"--ticks", "50"});
    INFO(finished.output);
    REQUIRE(finished.code == 0);
    CHECK_THAT(finished.output, Contains("continuing from tick " + std::to_string(cut)));
    workspace.check_equal("whole", name, 50);
    CHECK(workspace.summary(name).at("headlines") == workspace.summary("whole").at("headlines"));
  }
}

TEST_CASE("resuming a finished run reports that it is finished; --ticks extends it") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  const std::string metrics = workspace.text("a/metrics.csv");
  const Finished again = workspace.resume("a");
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("is finished: 50 ticks") && Contains("weft resume a --ticks 100"));
  CHECK(workspace.text("a/metrics.csv") == metrics);
  const Finished less = workspace.resume("a", {"--ticks", "49"});
  CHECK(less.code == 2);
  CHECK_THAT(less.output, Contains("is already at tick 50; --ticks is the new total, and 49 is less"));
  REQUIRE(workspace.resume("a", {"--ticks", "60"}).code == 0);
  CHECK(workspace.summary("a").at("ticks") == 60);
  REQUIRE(workspace.run("b", {"--ticks", "60"}).code == 0);
  workspace.check_equal("a", "b", 60);
  CHECK(lines_with(workspace.text("a/timing.csv"), ",alice,") == 2);
}

TEST_CASE("a damaged checkpoint is refused and renamed, and the one before is used") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole").code == 0);
  for (const bool cut : {true, false}) {
    const std::string name = cut ? "cut" : "altered";
    REQUIRE(workspace.run(name, {"--ticks", "45"}).code == 0);
    const fs::path newest = workspace.path(workspace.checkpoint_name(name, 45));
    std::string bytes = read_file(newest);
    if (cut) {
      bytes.resize(bytes.size() - 3);
    } else {
      bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
    }
    write_file(newest, bytes);
    const Finished finished = workspace.resume(name, {"--ticks", "50"});
    INFO(finished.output);
    CHECK(finished.code == 0);
    CHECK_THAT(finished.output, Contains("warning: cannot use the checkpoint '" + workspace.checkpoint_name(name, 45) +
                                         "': it " + (cut ? "is truncated" : "was altered or damaged")) &&
                                    Contains("continuing from tick 40"));
    CHECK(read_file(newest.string() + ".refused") == bytes);
    workspace.check_equal("whole", name, 50);
  }
}

TEST_CASE("without a usable checkpoint nothing is changed") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  write_file(workspace.path(workspace.checkpoint_name("a", 40)), "something else altogether");
  write_file(workspace.path("a/metrics.csv"), "tick,metric,value\n");
  const Finished finished = workspace.resume("a", {"--ticks", "60"});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.output, Contains("the metrics.csv of the run is truncated or missing") &&
                                  Contains("it is not a safetensors file") &&
                                  Contains("there is no usable checkpoint"));
  CHECK(workspace.has_checkpoint("a", 50));
  CHECK(workspace.summary("a").at("status") == "finished");
}

TEST_CASE("a rebuilt plugin continues with a note; one with another state version is refused") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  workspace.use_plugin("run_components_changed");
  const Finished refused = workspace.resume("a", {"--ticks", "60"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output,
             Contains("has the state of 'alice' (stage.walk) in version 1, saved by plugin run_components "
                      "1.0.0; plugin run_components 2.0.0 has version 2"));
  CHECK(workspace.summary("a").at("status") == "finished");
  workspace.use_plugin("run_components_rebuilt");
  const Finished resumed = workspace.resume("a", {"--ticks", "60"});
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.output,
             Contains("the plugin run_components was rebuilt since the checkpoint was saved (1.0.0 then, "
                      "1.0.1 now)"));
}

TEST_CASE("a checkpoint of another graph is refused") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  const std::string graph = workspace.text("a/graph.toml");
  const auto resume_with = [&](const std::string& from, const std::string& to) {
    std::string changed = graph;
    changed.replace(changed.find(from), from.size(), to);
    write_file(workspace.path("a/graph.toml"), changed);
    const Finished finished = workspace.resume("a", {"--ticks", "60"});
    CHECK(finished.code == 2);
    return finished.output;
  };
  CHECK_THAT(resume_with("seed = 0", "seed = 1"),
             Contains("belongs to seed 0, but the graph has seed 1; restore the seed"));
  CHECK_THAT(resume_with("[stages.alice]", "[stages.carol]\nuse = \"stage.walk\"\n[stages.alice]"),
             Contains("has no component 'carol' (stage.walk); was graph.toml changed?"));
}

TEST_CASE("changes in the graph of a run are reported when it continues") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  CHECK_THAT(workspace.resume("a", {"--ticks", "60"}).output, !Contains("when the checkpoint was saved"));
  std::string graph = workspace.text("a/graph.toml");
  const auto change = [&](const std::string& from, const std::string& to) {
    REQUIRE(graph.find(from) != std::string::npos);
    graph.replace(graph.find(from), from.size(), to);
  };
  change("nap = 0", "nap = 1");
  change("every = 1", "every = 2");
  write_file(workspace.path("a/graph.toml"), graph);
  const Finished resumed = workspace.resume("a", {"--ticks", "70"});
  CHECK(resumed.code == 0);
  const std::string then = ", and the run continues with that\n";
  CHECK_THAT(resumed.output,
             Contains("stages.alice.nap was 0 when the checkpoint was saved; graph.toml now has 1" + then) &&
                 Contains("[[schedule]] 1, every was 1 when the checkpoint was saved; graph.toml now has 2" + then));
}

TEST_CASE("a component whose two saves differ, or that leaves arrays unread, is reported by name") {
  Workspace workspace(R"([run]
name = "odd"
ticks = 3
plugins = ["components.so"]
[stages.odd]
use = "stage.uneven"
[[schedule]]
run = "odd"
)");
  const Finished uneven = workspace.run("a");
  CHECK(uneven.code == 4);
  CHECK_THAT(uneven.output, Contains("stage 'odd' (stage.uneven) of components.so, in save, tick 3: save() wrote "
                                     "'odd.pass_2' of shape [] in its second pass where its first wrote 'odd.pass_1'"));
  REQUIRE(workspace.run("b", {"--set", "stages.odd.use=stage.forgetful"}).code == 0);
  const Finished forgetful = workspace.resume("b", {"--ticks", "4"});
  CHECK(forgetful.code == 2);
  CHECK_THAT(forgetful.output, Contains("holds arrays that no component asked for: 'odd.forgotten'; was graph.toml "
                                        "changed, or did other plugins save it?"));
}
