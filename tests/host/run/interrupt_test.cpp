// Runs that are interrupted or killed, and continue.

#include "host/graph/load.h"
#include "host/run/run_workspace.h"
#include "host/run/session.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

TEST_CASE("an interrupt finishes the tick and saves; the resumed run equals an uninterrupted one") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole").code == 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    const std::string name = "after_" + std::to_string(signal);
    Process process(weft_arguments("walk.toml", {"--out", name, "--set", "stages.alice.nap=20"}),
                    workspace.folder.path());
    wait_for(process, "napping");
    process.send(signal);
    const int code = process.wait(20);
    INFO(process.output());
    CHECK(code == 130);
    CHECK_THAT(process.output(), Contains("finishing the tick and saving; interrupt again to stop immediately") &&
                                     Contains("interrupted at tick") &&
                                     Contains("weft resume " + name + "    continue"));
    const nlohmann::json summary = workspace.summary(name);
    CHECK(summary.at("status") == "interrupted");
    const int64_t tick = summary.at("tick");
    CHECK(tick < 50);
    CHECK(workspace.has_checkpoint(name, tick));
    CHECK_THAT(workspace.run(name).output, Contains("holds an unfinished run"));
    workspace.set_nap(name, "20", "0");
    REQUIRE(workspace.resume(name).code == 0);
    workspace.check_equal("whole", name, 50);
  }
}

TEST_CASE("a second interrupt ends at once, names the busy component, and leaves the last checkpoint") {
  const Workspace workspace;
  REQUIRE(workspace.run("a", {"--ticks", "20"}).code == 0);
  const std::string before = workspace.text(workspace.checkpoint_name("a", 20));
  workspace.set_nap("a", "0", "60_000");
  Process process({WEFT_PROGRAM, "resume", "a", "--ticks", "50"}, workspace.folder.path());
  wait_for(process, "napping");
  process.send(SIGINT);
  wait_for(process, "interrupt again to stop immediately");
  process.send(SIGINT);
  CHECK(process.wait(20) == 130);
  CHECK_THAT(process.output(),
             Contains("weft: stopped immediately in stage 'alice' (stage.walk) of components.so, in run, tick "
                      "21; the last checkpoint is unchanged"));
  CHECK(workspace.text(workspace.checkpoint_name("a", 20)) == before);
}

TEST_CASE("a tick that takes too long after an interrupt is abandoned; the run continues from its last checkpoint") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole").code == 0);
  const auto interrupted = [&](const std::string& name, std::chrono::seconds patience) {
    host::GraphOptions options;
    options.sets = {"stages.alice.interrupt_at=45", "stages.alice.nap=10"};
    const host::LoadedGraph loaded = host::load_graph(workspace.path("walk.toml"), options, {});
    std::ostringstream screen;
    const auto session = host::Session::start(loaded.graph, workspace.path(name), false, {1, screen, false, patience});
    return session->run();
  };
  CHECK(interrupted("patient", std::chrono::seconds(60)) == host::ExitCode::interrupted);
  CHECK(workspace.has_checkpoint("patient", 45));
  std::string message;
  try {
    interrupted("a", std::chrono::seconds(0));
  } catch (const host::Failure& failure) {
    CHECK(failure.code() == host::ExitCode::interrupted);
    message = failure.what();
  }
  CHECK_THAT(message, Contains("the tick was abandoned, since it was still running 0 s after the interrupt") &&
                          Contains("checkpoints/tick_000000000040.safetensors") && Contains("'weft resume "));
  CHECK(workspace.summary("a").at("status") == "interrupted");
  CHECK_FALSE(workspace.has_checkpoint("a", 45));
  std::string graph = workspace.text("a/graph.toml");
  graph.replace(graph.find("interrupt_at = 45"), 17, "interrupt_at = -1");
  write_file(workspace.path("a/graph.toml"), graph);
  workspace.set_nap("a", "10", "0");
  REQUIRE(workspace.resume("a").code == 0);
  workspace.check_equal("whole", "a", 50);
}

TEST_CASE("a signal that comes twice for one reason saves, too") {
  const Workspace workspace;
  Process process(weft_arguments("walk.toml", {"--out", "a", "--set", "stages.alice.nap=300"}),
                  workspace.folder.path());
  wait_for(process, "napping");
  process.send(SIGHUP);
  wait_for(process, "interrupt again to stop immediately");
  process.send(SIGHUP);
  CHECK(process.wait(20) == 130);
  CHECK(workspace.summary("a").at("status") == "interrupted");
}

TEST_CASE("a run whose output nobody reads continues to its end") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole").code == 0);
  Process process({"/bin/sh", "-c", "'" WEFT_PROGRAM "' run walk.toml --out piped 2>&1 | true"},
                  workspace.folder.path());
  CHECK(process.wait(20) == 0);
  for (int turn = 0; turn < 2000 && !fs::exists(workspace.path("piped/summary.json")); ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  workspace.check_equal("whole", "piped", 50);
}

TEST_CASE("a second interrupt before the first checkpoint says that nothing was saved") {
  const Workspace workspace;
  Process process(weft_arguments("walk.toml", {"--out", "a", "--set", "stages.alice.nap=60_000"}),
                  workspace.folder.path());
  wait_for(process, "napping");
  process.send(SIGINT);
  wait_for(process, "interrupt again to stop immediately");
  process.send(SIGINT);
  CHECK(process.wait(20) == 130);
  CHECK_THAT(process.output(), Contains("in run, tick 1; there is no checkpoint\n"));
}

TEST_CASE("a run that was killed continues from its last checkpoint as if it had never stopped") {
  const Workspace workspace;
  REQUIRE(workspace.run("whole", {"--ticks", "400"}).code == 0);
  Process process(weft_arguments("walk.toml", {"--out", "a", "--ticks", "400", "--set", "stages.alice.nap=1"}),
                  workspace.folder.path());
  for (int turn = 0; turn < 2000 && !workspace.has_checkpoint("a", 60); ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGKILL);
  CHECK(process.wait(20) == 128 + SIGKILL);
  CHECK_THAT(workspace.run("a").output, Contains("holds an unfinished run"));
  workspace.set_nap("a", "1", "0");
  REQUIRE(workspace.resume("a").code == 0);
  workspace.check_equal("whole", "a", 400);
}
