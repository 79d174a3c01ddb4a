// `weft run` with plugins that end the process: the report, the exit code, and that the run can continue.

#include "host/fixtures/plugin_folders.h"
#include "support/process.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using weft::testing::Contains;
using weft::testing::deadly_plugins;
using weft::testing::ends_plugin;
using weft::testing::Finished;
using weft::testing::habits_plugin;
using weft::testing::Process;
using weft::testing::read_file;
using weft::testing::run_weft;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;
namespace fs = std::filesystem;

namespace {

const bool sanitized = std::string(WEFT_SANITIZER) != "none";

/// A graph whose only stage misbehaves from tick 7 on; checkpoints are written after ticks 3, 6, 9 and 12.
struct Workspace {
  TemporaryFolder folder;
  explicit Workspace(const std::string& type, const std::string& habit = "at = 7\n",
                     const std::string& plugin = habits_plugin) {
    write_file(folder.path() / "g.toml", "[run]\nname = \"g\"\nticks = 12\ncheckpoint = 3\nplugins = [\"" + plugin +
                                             "\"]\n[stages.counter]\nuse = \"" + type + "\"\n" + habit +
                                             "[[schedule]]\nrun = \"counter\"\n");
  }
  Finished run(const std::string& name = "a") const {
    return run_weft({"run", "g.toml", "--out", name}, folder.path());
  }
  fs::path file(const std::string& name) const { return folder.path() / name; }

  /// With the fault removed, the run continues from tick 6 and equals one that never had it.
  void check_resumes() const {
    std::string graph = read_file(file("a/graph.toml"));
    const std::size_t at = graph.find("at = 7");
    REQUIRE(at != std::string::npos);
    write_file(file("a/graph.toml"), graph.replace(at, 6, "at = 99"));
    const Finished resumed = run_weft({"resume", "a"}, folder.path());
    INFO(resumed.output);
    CHECK(resumed.code == 0);
    CHECK_THAT(resumed.output, Contains("continuing from tick 6"));
    const Workspace correct("stage.correct");
    REQUIRE(correct.run().code == 0);
    CHECK(read_file(file("a/metrics.csv")) == read_file(correct.file("a/metrics.csv")));
  }
};

const std::string busy = "stage 'counter' (";
const std::string then = ") of habits.so, in run, tick 7; the last checkpoint is unchanged\n";

}  // namespace

TEST_CASE("a crash is reported with component, plugin and phase, and the process dies of its signal") {
  if (sanitized) return;  // a sanitizer ends such a process in its own way
  const Workspace workspace("stage.crash");
  const Finished finished = workspace.run();
  CHECK(finished.code == 128 + SIGSEGV);
  CHECK_THAT(finished.output,
             Contains("\nweft: crashed (SIGSEGV: invalid memory access) in " + busy + "stage.crash" + then));
  workspace.check_resumes();
}

TEST_CASE("abort is reported in the same way") {
  const Workspace workspace("stage.abort");
  const Finished finished = workspace.run();
  CHECK(finished.code == 128 + SIGABRT);
  CHECK_THAT(finished.output,
             Contains("no table\n\nweft: crashed (SIGABRT: abort() or std::terminate() was called) in " + busy +
                      "stage.abort" + then));
  workspace.check_resumes();
}

TEST_CASE("memory that is refused where no exception can pass is reported as such, and becomes exit code 4") {
  const Workspace workspace("stage.no_memory");
  const Finished finished = workspace.run();
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output, Contains("\nweft: not enough memory in " + busy + "stage.no_memory" + then));
  workspace.check_resumes();
}

TEST_CASE("a call of exit is reported and becomes exit code 4") {
  const Workspace workspace("stage.exit");
  const Finished finished = workspace.run();
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output, Contains("\nweft: exit() was called in " + busy + "stage.exit" + then +
                                       "weft: a component must not end the process; throw weft::Error instead\n"));
  workspace.check_resumes();
}

TEST_CASE("a hang is ended by the second interrupt, which names the active component") {
  const Workspace workspace("stage.hang");
  Process process({WEFT_PROGRAM, "run", "g.toml", "--out", "a"}, workspace.folder.path());
  const fs::path checkpoint = workspace.file("a/checkpoints/tick_000000000006.safetensors");
  while (!fs::exists(checkpoint)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.send(SIGINT);
  while (process.output().find("interrupt again to stop immediately") == std::string::npos)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  CHECK(process.wait(20) == 130);
  CHECK_THAT(process.output(), Contains("\nweft: stopped immediately in " + busy + "stage.hang" + then));
  workspace.check_resumes();
}

TEST_CASE("a throw is exit code 4, a factory that returns null is 3") {
  const Workspace workspace("stage.raise");
  const Finished finished = workspace.run();
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output, Contains("error: " + busy +
                                       "stage.raise) of habits.so, in run, tick 7: there is nothing "
                                       "to count; begin earlier\n"));
  workspace.check_resumes();
  const Finished nothing = Workspace("stage.null").run();
  CHECK(nothing.code == 3);
  CHECK_THAT(nothing.output, Contains(busy + "stage.null) of habits.so: its factory returned null"));
}

TEST_CASE("a crash in a constructor is reported too") {
  if (!sanitized)
    CHECK_THAT(Workspace("stage.crash_made").run().output,
               Contains(") in " + busy + "stage.crash_made) of habits.so, in construction; there is no checkpoint\n"));
}

TEST_CASE(
    "a plugin that ends the process while it is loaded is named by every command but plugins, which survives it") {
  const Workspace workspace("stage.correct");
  const std::string hint = "; check its static objects and the describe() of its types\n";
  const auto load = [&](std::vector<std::string> command, const std::string& plugin) {
    command.insert(command.end(), {"--plugin-path", deadly_plugins + "/" + plugin});
    return run_weft(command, workspace.folder.path());
  };
  const std::string throwing = ") while loading " + deadly_plugins + "/throwing_static.so" + hint;
  const std::string exiting = "weft: exit() was called while loading " + deadly_plugins + "/exiting_entry.so" + hint;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"run", "g.toml"}, {"check", "g.toml"}, {"inspect", "stage.correct"}, {"reference", "pages"}}) {
    INFO(command[0]);
    const Finished thrown = load(command, "throwing_static.so");
    CHECK(thrown.code == 128 + SIGABRT);
    CHECK_THAT(thrown.output, Contains("no table of cosines") && Contains(throwing));
    const Finished exited = load(command, "exiting_entry.so");
    CHECK(exited.code == 4);
    CHECK_THAT(exited.output, Contains(exiting));
  }
  const Finished late = load({"inspect", "stage.correct"}, "crashing_at_the_end.so");
  CHECK(late.code == 128 + SIGABRT);
  CHECK_THAT(late.output, Contains(") after the end of main(), in a static object of a plugin\n"));
}

TEST_CASE("a crash in a destructor, and quick_exit, are reported with component and phase") {
  const std::string of = ") of ends.so, in ";
  const std::string kept = "destruction; the last checkpoint is unchanged\n";
  const Workspace crash("stage.crash_destroyed", "", ends_plugin);
  const Finished crashed = crash.run();
  CHECK(crashed.code == 128 + SIGABRT);
  CHECK_THAT(crashed.output, Contains(") in " + busy + "stage.crash_destroyed" + of + kept));
  const Finished thrown = Workspace("stage.throw_destroyed", "", ends_plugin).run();
  CHECK(thrown.code == 128 + SIGABRT);
  CHECK_THAT(thrown.output,
             Contains("nothing to give back") && Contains(") in " + busy + "stage.throw_destroyed" + of + kept));
  const Finished quick = Workspace("stage.quick_exit", "", ends_plugin).run();
  CHECK(quick.code == 4);
  CHECK_THAT(quick.output,
             Contains("exit() was called in " + busy + "stage.quick_exit" + of + "run, tick 1; there is no"));
}

TEST_CASE("a hang outside of ticks is ended by one interrupt, which names the active component") {
  const auto interrupted = [](const Workspace& workspace, const std::vector<std::string>& arguments) {
    Process process(arguments, workspace.folder.path());
    while (process.output().find("hanging") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    process.send(SIGINT);
    CHECK(process.wait(20) == 130);
    return process.output();
  };
  const std::string ended = "\nweft: stopped immediately ";
  const Workspace made("stage.hang_made", "", ends_plugin);
  CHECK_THAT(interrupted(made, {WEFT_PROGRAM, "run", "g.toml"}),
             Contains(ended + "in " + busy + "stage.hang_made) of ends.so, in construction; there is no checkpoint\n"));
  const Workspace loaded("stage.hang_loaded", "", ends_plugin);
  REQUIRE(loaded.run().code == 0);
  CHECK_THAT(
      interrupted(loaded, {WEFT_PROGRAM, "resume", "a", "--ticks", "20"}),
      Contains(ended + "in " + busy + "stage.hang_loaded) of ends.so, in load; the last checkpoint is unchanged\n"));
  const Workspace destroyed("stage.hang_destroyed", "", ends_plugin);
  CHECK_THAT(interrupted(destroyed, {WEFT_PROGRAM, "run", "g.toml"}),
             Contains(ended + "in " + busy +
                      "stage.hang_destroyed) of ends.so, in destruction; the last checkpoint is unchanged\n"));
  const std::string plugin = deadly_plugins + "/hanging_entry.so";
  CHECK_THAT(interrupted(made, {WEFT_PROGRAM, "inspect", "stage.correct", "--plugin-path", plugin}),
             Contains(ended + "while loading " + plugin + "; check its static objects"));
}
