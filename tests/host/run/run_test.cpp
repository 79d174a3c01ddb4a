// `weft run` as a user types it: what it writes, where it refuses to, and how it fails.

#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

TEST_CASE("a run writes a complete folder and prints its path") {
  const Workspace workspace;
  const Finished finished = workspace.weft({"run", "walk.toml"});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const std::string run = "runs/walking/0";
  for (const char* name : {"graph.toml", "build.txt", "metrics.csv", "timing.csv", "log.txt", "summary.json"})
    CHECK(fs::exists(workspace.path(run + "/" + name)));
  CHECK(workspace.has_checkpoint(run, 40));
  CHECK(workspace.has_checkpoint(run, 50));
  CHECK_FALSE(workspace.has_checkpoint(run, 20));

  CHECK_THAT(finished.output, Contains("walking, seed 0: finished at tick 50 of 50"));
  CHECK_THAT(finished.output, Contains("alice.place") && Contains(" m (tick 1 -> 50): where it is"));
  CHECK_THAT(finished.output,
             Contains("stage") && Contains("share  work\n") && Contains("m/s, ") && Contains("steps/s\n"));
  CHECK_THAT(finished.output, Contains("files: runs/walking/0"));
  CHECK_THAT(finished.output, Contains("weft resume runs/walking/0 --ticks 100"));
  CHECK_THAT(finished.output, EndsWith("next:\n  weft resume runs/walking/0 --ticks 100    continue\n"
                                       "  weft run walk.toml --seed 1    another seed\n"
                                       "  weft run walk.toml --set run.name=walking_2 --set KEY=VALUE    the same with "
                                       "one change\n"));

  const nlohmann::json summary = workspace.summary(run);
  CHECK(summary.at("status") == "finished");
  CHECK(summary.at("tick") == 50);
  CHECK(summary.at("headlines").at("bob.place").at("first").at("tick") == 0);
  CHECK(summary.at("headlines").at("bob.place").at("latest").at("tick") == 48);
  CHECK_THAT(workspace.text(run + "/build.txt"),
             Contains("weft ") && Contains("\ninstruction set: ") && Contains("plugin run_components 1.0.0 (MIT)") &&
                 Contains("components.so") && Contains("fingerprint: weft-plugin;"));
  CHECK_THAT(workspace.text(run + "/timing.csv"),
             StartsWith("first_tick,last_tick,stage,calls,seconds,share,work\n1,50,alice,100,") &&
                 Contains(",m=50 steps=100\n") && Contains("\n1,50,bob,16,") && EndsWith(",m=8 steps=16\n"));
}

TEST_CASE("metrics.csv has a row for each value, and means at each report and at the end") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  const std::string metrics = workspace.text("a/metrics.csv");
  CHECK_THAT(metrics, StartsWith("tick,metric,value\n0,bob.step,"));
  CHECK(lines_with(metrics, ",alice.step,") == 100);
  CHECK(lines_with(metrics, ",bob.step,") == 16);
  for (const char* tick : {"\n15,", "\n30,", "\n45,", "\n50,"})
    CHECK_THAT(metrics, Contains(std::string(tick) + "alice.mean_step,"));
  CHECK(lines_with(metrics, ",alice.mean_step,") == 4);
}

TEST_CASE("equal runs give equal bytes, for any number of threads; another seed gives other bytes") {
  const Workspace workspace;
  REQUIRE(workspace.run("a", {"--threads", "1"}).code == 0);
  REQUIRE(workspace.run("b", {"--threads", "2"}).code == 0);
  REQUIRE(workspace.run("c", {"--seed", "1"}).code == 0);
  workspace.check_equal("a", "b", 50);
  CHECK(workspace.text("a/metrics.csv") != workspace.text("c/metrics.csv"));
}

TEST_CASE("a folder that holds a run is never overwritten") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  const std::string metrics = workspace.text("a/metrics.csv");
  const Finished again = workspace.run("a", {"--seed", "3"});
  CHECK(again.code == 2);
  CHECK_THAT(again.output, Contains("the folder 'a' holds a finished run; its result is in 'a/summary.json'") &&
                               Contains("weft resume a --ticks N") && Contains("--set run.name=OTHER") &&
                               Contains("--replace"));
  CHECK(workspace.text("a/metrics.csv") == metrics);
  REQUIRE(workspace.run("a", {"--seed", "3", "--replace"}).code == 0);
  CHECK(workspace.text("a/metrics.csv") != metrics);

  fs::create_directory(workspace.path("mine"));
  write_file(workspace.path("mine/notes.txt"), "mine");
  const Finished foreign = workspace.run("mine", {"--replace"});
  CHECK(foreign.code == 2);
  CHECK_THAT(foreign.output, Contains("'mine' exists and was not written by Weft"));
  CHECK(workspace.text("mine/notes.txt") == "mine");
  const Finished not_a_run = workspace.resume("mine");
  CHECK(not_a_run.code == 2);
  CHECK_THAT(not_a_run.output, Contains("'mine' is not the folder of a run"));
}

TEST_CASE("a stage that throws ends the run with its name and tick, and saves nothing") {
  const Workspace workspace;
  const Finished finished = workspace.run("a", {"--set", "stages.bob.throw_at=33"});
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output,
             Contains("stage 'bob' (stage.walk) of components.so, in run, tick 33: there is a wall; walk "
                      "elsewhere"));
  CHECK_THAT(finished.output, Contains("the last checkpoint is '" + workspace.checkpoint_name("a", 20) +
                                       "'; 'weft resume a' continues from it, and fails in the same way unless "
                                       "'a/graph.toml' or the plugin is changed\n"));
  CHECK(workspace.has_checkpoint("a", 20));
  CHECK_FALSE(workspace.has_checkpoint("a", 32));
  CHECK_FALSE(workspace.has_checkpoint("a", 33));
  CHECK(workspace.summary("a").at("status") == "failed");
  CHECK(workspace.summary("a").at("tick") == 32);
  CHECK_THAT(workspace.text("a/log.txt"), Contains("tick 33 error: stage 'bob'"));
  CHECK_THAT(workspace.text("a/metrics.csv"), Contains("\n32,alice.step,"));
}

TEST_CASE("a NaN ends the run with its name and tick; without a checkpoint there is nothing to resume") {
  const Workspace workspace;
  const Finished finished = workspace.run("a", {"--set", "stages.alice.nan_at=3"});
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output,
             Contains("stage 'alice' (stage.walk) of components.so, in run, tick 3: the metric 'step' of "
                      "'alice' is not a number (NaN)"));
  CHECK_THAT(finished.output, Contains("no checkpoint was saved; the recorded metrics are in 'a'"));
  CHECK_THAT(workspace.run("a").output, Contains("holds a run that ended before its first checkpoint"));
  const Finished resumed = workspace.resume("a");
  CHECK(resumed.code == 2);
  CHECK_THAT(resumed.output,
             Contains("there is no usable checkpoint in 'a'; 'weft run' with --replace starts from scratch"));
}

TEST_CASE("one process at a time runs in a folder") {
  const Workspace workspace;
  Process process(weft_arguments("walk.toml", {"--out", "a", "--set", "stages.alice.nap=60_000"}),
                  workspace.folder.path());
  wait_for(process, "napping");
  TemporaryFolder elsewhere;
  for (const char* command : {"resume", "run"}) {
    std::vector<std::string> arguments = {command,
                                          workspace.path(std::string(command) == "run" ? "walk.toml" : "a").string()};
    if (std::string(command) == "run")
      arguments.insert(arguments.end(), {"--replace", "--out", workspace.path("a").string()});
    const Finished other = run_weft(arguments, elsewhere.path());
    CHECK(other.code == 2);
    CHECK_THAT(other.output, Contains("a run is in progress in the folder"));
  }
}

TEST_CASE("a full disk is reported, and the checkpoint before is kept") {
  const Workspace workspace;
  REQUIRE(workspace.run("a", {"--set", "stages.bob.bulk=200_000"}).code == 0);
  const std::string before = workspace.text(workspace.checkpoint_name("a", 50));
  // A limit of 400 kB per file simulates a full disk; with the signal ignored, writing fails as it does there.
  Process process({"/bin/bash", "-c", "trap '' XFSZ; ulimit -f 400; exec " WEFT_PROGRAM " resume a --ticks 60"},
                  workspace.folder.path());
  CHECK(process.wait(20) == 4);
  CHECK_THAT(process.output(),
             Contains("error: cannot write '" + workspace.checkpoint_name("a", 60) + ".tmp': File too large"));
  CHECK_THAT(process.output(), Contains("the last checkpoint is '" + workspace.checkpoint_name("a", 50) +
                                        "'; 'weft resume a' continues from it\n"));
  CHECK(workspace.text(workspace.checkpoint_name("a", 50)) == before);
  CHECK_FALSE(fs::exists(workspace.path(workspace.checkpoint_name("a", 60) + ".tmp")));
  REQUIRE(workspace.resume("a").code == 0);
  REQUIRE(workspace.run("b", {"--set", "stages.bob.bulk=200_000", "--ticks", "60"}).code == 0);
  workspace.check_equal("a", "b", 60);
}

TEST_CASE("a run folder that cannot be made is reported") {
  const Workspace workspace;
  const Finished finished = workspace.run("/proc/nowhere");
  CHECK(finished.code == 2);
  CHECK_THAT(finished.output, Contains("cannot make the folder '/proc/nowhere'") && Contains("--out DIR"));
}

TEST_CASE("a folder that cannot be written is reported before anything runs") {
  const Workspace workspace;
  REQUIRE(workspace.run("a").code == 0);
  fs::create_directory(workspace.path("b"));
  for (const char* name : {"a", "b"})
    fs::permissions(workspace.path(name), fs::perms::owner_read | fs::perms::owner_exec);
  const Finished resumed =
      weft::testing::run_unprivileged({WEFT_PROGRAM, "resume", "a", "--ticks", "60"}, workspace.folder.path());
  CHECK(resumed.code == 2);
  CHECK(resumed.output ==
        "error: cannot write into the folder 'a': Permission denied; make it writable, or resume a "
        "writable copy\n");
  const Finished run =
      weft::testing::run_unprivileged({WEFT_PROGRAM, "run", "walk.toml", "--out", "b"}, workspace.folder.path());
  CHECK(run.code == 2);
  CHECK(run.output ==
        "error: cannot write into the folder 'b': Permission denied; choose another one with --out DIR\n");
  for (const char* name : {"a", "b"}) fs::permissions(workspace.path(name), fs::perms::owner_all);
}

TEST_CASE("an invalid graph leaves no folder") {
  const Workspace workspace;
  CHECK(workspace.run("a", {"--set", "stages.bob.bluk=1"}).code == 2);
  CHECK_FALSE(fs::exists(workspace.path("a")));
}
