// How the runs of a sweep end: they fail, are killed or interrupted, and continue when the command is rerun.
#include <nlohmann/json.hpp>
#include "host/run/folder.h"

#include "host/sweep/sweep_workspace.h"

using namespace weft::testing;

TEST_CASE("failed runs do not stop the others, are reported at the end, and are tried again") {
  const Workspace workspace;
  const Words words = {"--out", "a", "--seeds", "0..1", "--set", "stages.bob.throw_at=-1,3,13"};
  const Finished finished = workspace.sweep(words);
  CHECK(finished.code == 4);
  const std::string wall = "stage 'bob' (stage.walk) of components.so, in run, tick 3: there is a wall; walk elsewhere";
  CHECK_THAT(finished.output,
             Contains("6 runs: 2 done, 4 failed; ") &&
                 Contains("  failed: a/bob.throw_at=3/1: error: " + wall + " (output: a/bob.throw_at=3/1.log)\n"));
  CHECK(runs_in(workspace.text("a/table.csv")) == Words{"walking,-1,0", "walking,-1,1"});

  // One has a checkpoint to continue from, one has none; both fail again.
  const Finished again = workspace.sweep(words);
  CHECK(again.code == 4);
  CHECK_THAT(again.output, Contains("6 runs: 2 done before, 4 failed; "));
  CHECK_THAT(workspace.text("a/bob.throw_at=13/0.log"), Contains("continuing from tick 10"));
}

TEST_CASE("runs of a graph that was edited during its sweep are not in the table") {
  const Workspace workspace;
  Process sweep = workspace.begin({"--out", "a", "--seeds", "0..1", "--jobs", "1", "--set", "stages.alice.nap=30"});
  wait_until([&] { return fs::exists(workspace.path("a/0.log")) && contains(workspace.text("a/0.log"), "napping"); });
  workspace.set_graph("[stages.bob]\nuse", "[stages.bob]\nbulk = 3\nuse");
  CHECK(sweep.wait(20) == 4);
  CHECK_THAT(sweep.output(), Contains("a/1: the graph was changed meanwhile; the folder holds a run with other "
                                      "settings: [stages.bob] has 'bulk = 3' there and 'bulk = 0' here"));
  CHECK(runs_in(workspace.text("a/table.csv")) == Words{"walking,0"});
}

TEST_CASE("damaged files of a run are reported, with what to do") {
  const Workspace workspace;
  REQUIRE(workspace.sweep({"--out", "a"}).code == 0);
  write_file(workspace.path("a/0/summary.json"), R"({"status": "finished"})");
  const std::string advice = "is not as 'weft run' wrote it; delete its folder and rerun the command\n";
  CHECK_THAT(workspace.sweep({"--out", "a"}).output, EndsWith("error: 'a/0/summary.json' " + advice));
  write_file(workspace.path("a/0/metrics.csv"), "tick\n");
  CHECK_THAT(workspace.sweep({"--out", "a"}).output, EndsWith("error: 'a/0/metrics.csv' " + advice));
  fs::remove_all(workspace.path("a/0"));
  CHECK(workspace.sweep({"--out", "a"}).code == 0);
}

TEST_CASE("a run that is killed has failed, and its signal is reported") {
  const Workspace workspace;
  Process sweep = workspace.begin({"--out", "a", "--seeds", "0..1", "--jobs", "1", "--set", "stages.bob.throw_at=1",
                                   "--set", "stages.alice.nap=60_000"});
  wait_until([&] { return fs::exists(workspace.path("a/0.log")) && contains(workspace.text("a/0.log"), "napping"); });
  // The only child of the sweep.
  Finished pid = {0, ""};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code ignored;
    if (!fs::exists(entry.path() / "cmdline", ignored)) continue;
    std::ifstream stream(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(stream)), {});
    std::error_code gone;
    if (line.find(std::string("--out\0a/0", 9)) != std::string::npos &&
        fs::read_symlink(entry.path() / "cwd", gone) == fs::canonical(workspace.folder.path()))
      pid.output = entry.path().filename().string();
  }
  REQUIRE_FALSE(pid.output.empty());
  kill(std::stoi(pid.output), SIGKILL);
  wait_until([&] { return contains(sweep.output(), "failed"); });
  CHECK_THAT(sweep.output(), Contains("1/2  seed 0 failed: ended by signal 9 (Killed)\n"));
  sweep.send(SIGINT);
  wait_until([&] { return contains(sweep.output(), "interrupt again to stop immediately"); });
  sweep.send(SIGINT);
  CHECK(sweep.wait(20) == 130);
}

TEST_CASE(
    "after an interrupt the running runs save, and rerunning the command continues them as if they had never stopped") {
  const Workspace workspace;
  const Words settings = {"--seeds", "0..3", "--set", "stages.alice.nap=10", "--jobs", "2", "--out"};
  const auto with = [&](const char* folder) {
    Words words = settings;
    words.emplace_back(folder);
    return words;
  };
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = signal == SIGINT ? "int" : "term";
    Process sweep = workspace.begin(with(name.c_str()));
    wait_until([&] { return fs::exists(workspace.path(name + "/1/checkpoints/tick_000000000005.safetensors")); });
    sweep.send(signal);
    CHECK(sweep.wait(20) == 130);
    CHECK_THAT(sweep.output(),
               Contains("finishing the tick and saving 2 runs; interrupt again to stop immediately\n") &&
                   Contains("4 runs: 2 interrupted, 2 not started; ") &&
                   EndsWith("interrupted; rerun the command to continue with the remaining 4 runs\n"));
    CHECK(workspace.text(name + "/table.csv") == "graph,seed,tick,metric,value\n");
    CHECK(nlohmann::json::parse(workspace.text(name + "/0/summary.json")).at("status") == "interrupted");
    CHECK_FALSE(fs::exists(workspace.path(name + "/2")));
    const Finished again = workspace.sweep(with(name.c_str()));
    CHECK(again.code == 0);
    CHECK_THAT(again.output, Contains("4 runs: 4 done; "));
    CHECK_THAT(workspace.text(name + "/0.log"), Contains("continuing from tick "));
  }
  CHECK(workspace.text("int/table.csv") == workspace.text("term/table.csv"));
  REQUIRE(workspace.sweep(with("whole")).code == 0);
  CHECK(workspace.text("int/table.csv") == workspace.text("whole/table.csv"));
}

TEST_CASE("runs that a signal meets before their first tick are interrupted, whichever signal it is") {
  const Workspace workspace;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    const std::string folder = std::to_string(signal);
    const Words words = {"--out", folder, "--seeds", "0", "--set", "stages.alice.delay=60_000", "--ticks"};
    const auto with = [&](const char* ticks) {
      Words all = words;
      all.emplace_back(ticks);
      return all;
    };
    REQUIRE(workspace.sweep(with("5")).code == 0);
    Process sweep = workspace.begin(with("20"));
    wait_until([&] { return contains(workspace.text(folder + "/0.log"), "loading"); });
    sweep.send(signal);
    CHECK(sweep.wait(20) == 130);
    CHECK_THAT(sweep.output(), Contains("1 run: 1 interrupted; "));
  }
}

TEST_CASE("a second interrupt stops at once; a run without a checkpoint starts from scratch") {
  const Workspace workspace;
  Process sweep = workspace.begin({"--out", "a", "--seeds", "0", "--set", "stages.alice.nap=60_000"});
  wait_until([&] { return fs::exists(workspace.path("a/0.log")) && contains(workspace.text("a/0.log"), "napping"); });
  const Finished meanwhile = run_weft(
      {"sweep", workspace.path("walk.toml").string(), "--out", workspace.path("a").string()}, TemporaryFolder().path());
  CHECK(meanwhile.code == 2);
  CHECK(meanwhile.output == "error: a sweep is in progress in the folder '" + workspace.path("a").string() +
                                "'; wait for it, or choose another folder with --out DIR\n");
  sweep.send(SIGINT);
  wait_until([&] { return contains(sweep.output(), "interrupt again to stop immediately"); });
  sweep.send(SIGINT);
  CHECK(sweep.wait(20) == 130);
  CHECK_THAT(sweep.output(), Contains("stopped immediately; the last checkpoints are unchanged\n"));
  std::string graph = workspace.text("a/0/graph.toml");
  graph.replace(graph.find("60000"), 5, "0");
  write_file(workspace.path("a/0/graph.toml"), graph);
  const Finished again = workspace.sweep({"--out", "a"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("1 run: 1 done; "));
}

TEST_CASE("a run that another process has in progress is waited for") {
  const Workspace workspace;
  const auto words = [](const char* ticks) {
    return Words{"--out", "a", "--seeds", "0..1", "--set", "stages.alice.nap=40", "--ticks", ticks};
  };
  REQUIRE(workspace.sweep(words("5")).code == 0);
  const TemporaryFolder elsewhere;
  Process other({WEFT_PROGRAM, "resume", workspace.path("a/0").string(), "--ticks", "20"}, elsewhere.path());
  wait_until([&] { return weft::host::RunFolder::is_in_use(workspace.path("a/0")); });
  const Finished finished = workspace.sweep(words("20"));
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("seed 0 is running in another process, perhaps of an earlier sweep; waiting for "
                                       "its end\n") &&
                                  Contains("2 runs: 2 done; "));
  CHECK(other.wait(20) == 0);
  REQUIRE(workspace.sweep({"--out", "b", "--seeds", "0..1", "--set", "stages.alice.nap=40"}).code == 0);
  CHECK(workspace.text("a/table.csv") == workspace.text("b/table.csv"));
}

TEST_CASE("a sweep that was killed continues from the checkpoints of its runs") {
  const Workspace workspace;
  const Words words = {"--out", "a", "--seeds", "0..1", "--set", "stages.alice.nap=60"};
  Process sweep = workspace.begin(words);
  wait_until([&] { return fs::exists(workspace.path("a/1/checkpoints/tick_000000000005.safetensors")); });
  sweep.send(SIGKILL);
  CHECK(sweep.wait(20) == 128 + SIGKILL);
  // The runs get a signal, save and release their folders.
  wait_until([&] {
    return fs::exists(workspace.path("a/0/summary.json")) && fs::exists(workspace.path("a/1/summary.json")) &&
           contains(workspace.text("a/0.log"), "    continue") && contains(workspace.text("a/1.log"), "    continue");
  });
  const Finished again = workspace.sweep(words);
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("2 runs: 2 done; "));
  REQUIRE(workspace.sweep({"--out", "b", "--seeds", "0..1"}).code == 0);
  CHECK(workspace.text("a/table.csv") == workspace.text("b/table.csv"));
}
