// `weft run` and `weft resume` as a user types them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "host/run/checkpoint.h"
#include "support/process.h"

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using weft::testing::Finished;
using weft::testing::Process;
using weft::testing::read_file;
using weft::testing::run_weft;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;
namespace fs = std::filesystem;

namespace {

const char* const walking = R"([run]
name = "walking"
ticks = 50
checkpoint = 20
report = 15
plugins = ["parts.so"]

[stages.alice]
use = "stage.walk"

[stages.bob]
use = "stage.walk"

[[schedule]]
run = "alice"
times = 2

[[schedule]]
run = "bob"
from = 5
every = 3
at_start = true
)";

/// A working directory with a plugin and a graph.
struct Desk {
  TemporaryFolder folder;
  explicit Desk(const std::string& graph = walking) {
    use_plugin("run_parts");
    write_file(folder.path() / "walk.toml", graph);
  }
  void use_plugin(const std::string& name) const {
    fs::remove(path("parts.so"));
    fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/run/" + name + ".so", path("parts.so"));
  }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  nlohmann::json summary(const std::string& run) const { return nlohmann::json::parse(text(run + "/summary.json")); }

  Finished weft(const std::vector<std::string>& arguments) const { return run_weft(arguments, folder.path()); }
  /// `weft run walk.toml --out NAME ...`
  Finished run(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"run", "walk.toml", "--out", name});
    return weft(more);
  }
  Finished resume(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"resume", name});
    return weft(more);
  }
  std::string checkpoint_name(const std::string& run, int64_t tick) const {
    return weft::host::CheckpointFolder(run + "/checkpoints").file(tick).string();
  }
  /// Edits the nap of alice in the graph of a run.
  void set_nap(const std::string& run, const std::string& from, const std::string& to) const {
    std::string graph = text(run + "/graph.toml");
    graph.replace(graph.find("nap = " + from), from.size() + 6, "nap = " + to);
    write_file(path(run + "/graph.toml"), graph);
  }
  bool has_checkpoint(const std::string& run, int64_t tick) const {
    return fs::exists(path(checkpoint_name(run, tick)));
  }
  /// metrics.csv and the final checkpoint of two runs are the same bytes.
  void check_equal(const std::string& left, const std::string& right, int64_t tick) const {
    CHECK(text(left + "/metrics.csv") == text(right + "/metrics.csv"));
    CHECK(text(checkpoint_name(left, tick)) == text(checkpoint_name(right, tick)));
  }
};

void wait_for(const Process& process, const std::string& words) {
  for (int turn = 0; turn < 2000 && process.output().find(words) == std::string::npos; ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE_THAT(process.output(), Contains(words));
}

std::vector<std::string> weft_arguments(const std::string& graph_or_run, std::vector<std::string> more) {
  more.insert(more.begin(), {WEFT_PROGRAM, "run", graph_or_run});
  return more;
}

std::size_t lines_with(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a run leaves a whole folder and says where it is") {
  const Desk desk;
  const Finished finished = desk.weft({"run", "walk.toml"});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const std::string run = "runs/walking/0";
  for (const char* name : {"graph.toml", "build.txt", "metrics.csv", "timing.csv", "log.txt", "summary.json"})
    CHECK(fs::exists(desk.path(run + "/" + name)));
  CHECK(desk.has_checkpoint(run, 40));
  CHECK(desk.has_checkpoint(run, 50));
  CHECK_FALSE(desk.has_checkpoint(run, 20));

  CHECK_THAT(finished.output, Contains("walking, seed 0: finished at tick 50 of 50"));
  CHECK_THAT(finished.output, Contains("alice.place") && Contains(" m (tick 1 -> 50): where it is"));
  CHECK_THAT(finished.output,
             Contains("stage") && Contains("share  work\n") && Contains("m/s, ") && Contains("steps/s\n"));
  CHECK_THAT(finished.output, Contains("files: runs/walking/0"));
  CHECK_THAT(finished.output, Contains("weft resume runs/walking/0 --ticks 100"));
  CHECK_THAT(finished.output, EndsWith("next:\n  weft resume runs/walking/0 --ticks 100    go on\n"
                                       "  weft run walk.toml --seed 1    another seed\n"
                                       "  weft run walk.toml --set run.name=walking_2 --set KEY=VALUE    the same with "
                                       "one change\n"));

  const nlohmann::json summary = desk.summary(run);
  CHECK(summary.at("status") == "finished");
  CHECK(summary.at("tick") == 50);
  CHECK(summary.at("headlines").at("bob.place").at("first").at("tick") == 0);
  CHECK(summary.at("headlines").at("bob.place").at("latest").at("tick") == 48);
  CHECK_THAT(desk.text(run + "/build.txt"), Contains("weft ") && Contains("BLAS: none") &&
                                                Contains("plugin run_parts 1.0.0 (MIT)") && Contains("parts.so") &&
                                                Contains("fingerprint: weft-plugin;"));
  CHECK_THAT(desk.text(run + "/timing.csv"),
             StartsWith("first_tick,last_tick,stage,calls,seconds,share,work\n1,50,alice,100,") &&
                 Contains(",m=50 steps=100\n") && Contains("\n1,50,bob,16,") && EndsWith(",m=8 steps=16\n"));
}

TEST_CASE("what to try next keeps the options of the run, and is but to go on after a resume") {
  const Desk desk;
  const Finished finished = desk.run("a b/", {"--set", "run.report=5", "--set", "run.name=it's", "--ticks", "9",
                                              "--seed", "3", "--plugin-path", "parts.so"});
  REQUIRE(finished.code == 0);
  const std::string again = "  weft run walk.toml --plugin-path parts.so --set run.report=5 --set ";
  CHECK_THAT(finished.output,
             EndsWith("next:\n  weft resume 'a b/' --ticks 18    go on\n" + again +
                      "'run.name=it'\\''s' --ticks 9 --seed 4 --out 'a b_seed_4'    another seed\n" + again +
                      "'run.name=it'\\''s_2' --set KEY=VALUE --ticks 9 --seed 3 --out 'a b_2'    the same with one "
                      "change\n"));
  CHECK_THAT(desk.resume("a b", {"--ticks", "10"}).output,
             EndsWith("next:\n  weft resume 'a b' --ticks 20    go on\n"));
}

TEST_CASE("what to try next is a part that nothing uses, where there is one") {
  const Desk desk("[run]\nname = \"pulling\"\nticks = 2\nplugins = [\"" WEFT_BINARY_FOLDER
                  "/tests/plugins/good/fixture_parts.so\"]\n[components.one]\nuse = \"part.counter\"\n"
                  "[components.other]\nuse = \"part.counter\"\n[stages.pull]\nuse = \"stage.pull\"\n"
                  "counter = \"one\"\n[[schedule]]\nrun = \"pull\"\n");
  const Finished finished = desk.run("a");
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("--set run.name=pulling_other --set stages.pull.counter=other"));
  const Finished swapped = desk.run("b", {"--set", "stages.pull.counter=other"});
  CHECK_THAT(swapped.output, Contains("--set run.name=pulling_one --set stages.pull.counter=one"));
}

TEST_CASE("metrics.csv has a row for each value, and means at each report and at the end") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  const std::string metrics = desk.text("a/metrics.csv");
  CHECK_THAT(metrics, StartsWith("tick,metric,value\n0,bob.step,"));
  CHECK(lines_with(metrics, ",alice.step,") == 100);
  CHECK(lines_with(metrics, ",bob.step,") == 16);
  for (const char* tick : {"\n15,", "\n30,", "\n45,", "\n50,"})
    CHECK_THAT(metrics, Contains(std::string(tick) + "alice.mean_step,"));
  CHECK(lines_with(metrics, ",alice.mean_step,") == 4);
}

TEST_CASE("equal runs give equal bytes, for any number of threads; another seed gives others") {
  const Desk desk;
  REQUIRE(desk.run("a", {"--threads", "1"}).code == 0);
  REQUIRE(desk.run("b", {"--threads", "2"}).code == 0);
  REQUIRE(desk.run("c", {"--seed", "1"}).code == 0);
  desk.check_equal("a", "b", 50);
  CHECK(desk.text("a/metrics.csv") != desk.text("c/metrics.csv"));
}

TEST_CASE("a run in parts equals a run in one piece, wherever it is cut") {
  const Desk desk;
  REQUIRE(desk.run("whole").code == 0);
  for (const int64_t cut : {1, 15, 20, 33}) {
    INFO("cut at tick " << cut);
    const std::string name = "part_" + std::to_string(cut);
    REQUIRE(desk.run(name, {"--ticks", std::to_string(cut)}).code == 0);
    const Finished finished = desk.resume(name, {"--ticks", "50"});
    INFO(finished.output);
    REQUIRE(finished.code == 0);
    CHECK_THAT(finished.output, Contains("going on from tick " + std::to_string(cut)));
    desk.check_equal("whole", name, 50);
    CHECK(desk.summary(name).at("headlines") == desk.summary("whole").at("headlines"));
  }
}

TEST_CASE("a finished run says so when it is resumed, and is extended with --ticks") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  const std::string metrics = desk.text("a/metrics.csv");
  const Finished again = desk.resume("a");
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("is finished: 50 ticks") && Contains("weft resume a --ticks 100"));
  CHECK(desk.text("a/metrics.csv") == metrics);
  const Finished less = desk.resume("a", {"--ticks", "49"});
  CHECK(less.code == 2);
  CHECK_THAT(less.output, Contains("is at tick 50 already; --ticks is the new total, and 49 is less"));
  REQUIRE(desk.resume("a", {"--ticks", "60"}).code == 0);
  CHECK(desk.summary("a").at("ticks") == 60);
  REQUIRE(desk.run("b", {"--ticks", "60"}).code == 0);
  desk.check_equal("a", "b", 60);
  CHECK(lines_with(desk.text("a/timing.csv"), ",alice,") == 2);
}

TEST_CASE("a folder that holds a run is never overwritten") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  const std::string metrics = desk.text("a/metrics.csv");
  const Finished again = desk.run("a", {"--seed", "3"});
  CHECK(again.code == 2);
  CHECK_THAT(again.output, Contains("the folder 'a' holds a finished run; its result is in 'a/summary.json'") &&
                               Contains("weft resume a --ticks N") && Contains("--set run.name=OTHER") &&
                               Contains("--replace"));
  CHECK(desk.text("a/metrics.csv") == metrics);
  REQUIRE(desk.run("a", {"--seed", "3", "--replace"}).code == 0);
  CHECK(desk.text("a/metrics.csv") != metrics);

  fs::create_directory(desk.path("mine"));
  write_file(desk.path("mine/notes.txt"), "mine");
  const Finished foreign = desk.run("mine", {"--replace"});
  CHECK(foreign.code == 2);
  CHECK_THAT(foreign.output, Contains("'mine' exists and was not written by Weft"));
  CHECK(desk.text("mine/notes.txt") == "mine");
  const Finished not_a_run = desk.resume("mine");
  CHECK(not_a_run.code == 2);
  CHECK_THAT(not_a_run.output, Contains("'mine' is not the folder of a run"));
}

TEST_CASE("a stage that throws ends the run with its name and tick, and saves nothing") {
  const Desk desk;
  const Finished finished = desk.run("a", {"--set", "stages.bob.throw_at=33"});
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output, Contains("stage 'bob' (stage.walk) of parts.so, in run, tick 33: there is a wall; walk "
                                       "elsewhere"));
  CHECK_THAT(finished.output, Contains("the last good checkpoint is '" + desk.checkpoint_name("a", 20) +
                                       "'; 'weft resume a' goes on from it, and fails in the same way unless "
                                       "'a/graph.toml' or the plugin is changed\n"));
  CHECK(desk.has_checkpoint("a", 20));
  CHECK_FALSE(desk.has_checkpoint("a", 32));
  CHECK_FALSE(desk.has_checkpoint("a", 33));
  CHECK(desk.summary("a").at("status") == "failed");
  CHECK(desk.summary("a").at("tick") == 32);
  CHECK_THAT(desk.text("a/log.txt"), Contains("tick 33 error: stage 'bob'"));
  CHECK_THAT(desk.text("a/metrics.csv"), Contains("\n32,alice.step,"));
}

TEST_CASE("a NaN ends the run with its name and tick; without a checkpoint nothing is left to resume") {
  const Desk desk;
  const Finished finished = desk.run("a", {"--set", "stages.alice.nan_at=3"});
  CHECK(finished.code == 4);
  CHECK_THAT(finished.output, Contains("stage 'alice' (stage.walk) of parts.so, in run, tick 3: the metric 'step' of "
                                       "'alice' is not a number (NaN)"));
  CHECK_THAT(finished.output, Contains("nothing was saved before; what was recorded is in 'a'"));
  CHECK_THAT(desk.run("a").output, Contains("holds a run that ended before its first checkpoint"));
  const Finished resumed = desk.resume("a");
  CHECK(resumed.code == 2);
  CHECK_THAT(resumed.output, Contains("there is no good checkpoint in 'a' to go on from"));
}

TEST_CASE("an interrupt finishes the tick and saves; resuming equals a run in one piece") {
  const Desk desk;
  REQUIRE(desk.run("whole").code == 0);
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = signal == SIGINT ? "int" : "term";
    Process process(weft_arguments("walk.toml", {"--out", name, "--set", "stages.alice.nap=20"}), desk.folder.path());
    wait_for(process, "napping");
    process.send(signal);
    const int code = process.wait(20);
    INFO(process.output());
    CHECK(code == 130);
    CHECK_THAT(process.output(), Contains("finishing the tick and saving; once more to end at once") &&
                                     Contains("interrupted at tick") && Contains("weft resume " + name + "    go on"));
    const nlohmann::json summary = desk.summary(name);
    CHECK(summary.at("status") == "interrupted");
    const int64_t tick = summary.at("tick");
    CHECK(tick < 50);
    CHECK(desk.has_checkpoint(name, tick));
    CHECK_THAT(desk.run(name).output, Contains("holds a run that has not finished"));
    desk.set_nap(name, "20", "0");
    REQUIRE(desk.resume(name).code == 0);
    desk.check_equal("whole", name, 50);
  }
}

TEST_CASE("a second interrupt ends at once, names who was busy, and leaves the last checkpoint") {
  const Desk desk;
  REQUIRE(desk.run("a", {"--ticks", "20"}).code == 0);
  const std::string before = desk.text(desk.checkpoint_name("a", 20));
  desk.set_nap("a", "0", "60_000");
  Process process({WEFT_PROGRAM, "resume", "a", "--ticks", "50"}, desk.folder.path());
  wait_for(process, "napping");
  process.send(SIGINT);
  wait_for(process, "once more to end at once");
  process.send(SIGINT);
  CHECK(process.wait(20) == 130);
  CHECK_THAT(process.output(), Contains("weft: ended at once in stage 'alice' (stage.walk) of parts.so, in run, tick "
                                        "21; the last checkpoint is as it was"));
  CHECK(desk.text(desk.checkpoint_name("a", 20)) == before);
}

TEST_CASE("a second interrupt before the first checkpoint says that nothing was saved") {
  const Desk desk;
  Process process(weft_arguments("walk.toml", {"--out", "a", "--set", "stages.alice.nap=60_000"}), desk.folder.path());
  wait_for(process, "napping");
  process.send(SIGINT);
  wait_for(process, "once more to end at once");
  process.send(SIGINT);
  CHECK(process.wait(20) == 130);
  CHECK_THAT(process.output(), Contains("in run, tick 1; nothing was saved before\n"));
}

TEST_CASE("a run that was killed goes on from its last checkpoint as if nothing had been") {
  const Desk desk;
  REQUIRE(desk.run("whole", {"--ticks", "400"}).code == 0);
  Process process(weft_arguments("walk.toml", {"--out", "a", "--ticks", "400", "--set", "stages.alice.nap=1"}),
                  desk.folder.path());
  for (int turn = 0; turn < 2000 && !desk.has_checkpoint("a", 60); ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGKILL);
  CHECK(process.wait(20) == 128 + SIGKILL);
  CHECK_THAT(desk.run("a").output, Contains("holds a run that has not finished"));
  desk.set_nap("a", "1", "0");
  REQUIRE(desk.resume("a").code == 0);
  desk.check_equal("whole", "a", 400);
}

TEST_CASE("one process at a time runs in a folder") {
  const Desk desk;
  Process process(weft_arguments("walk.toml", {"--out", "a", "--set", "stages.alice.nap=60_000"}), desk.folder.path());
  wait_for(process, "napping");
  TemporaryFolder elsewhere;
  for (const char* command : {"resume", "run"}) {
    std::vector<std::string> arguments = {command,
                                          desk.path(std::string(command) == "run" ? "walk.toml" : "a").string()};
    if (std::string(command) == "run")
      arguments.insert(arguments.end(), {"--replace", "--out", desk.path("a").string()});
    const Finished other = run_weft(arguments, elsewhere.path());
    CHECK(other.code == 2);
    CHECK_THAT(other.output, Contains("a run is under way in the folder"));
  }
}

TEST_CASE("a damaged checkpoint is refused, put aside, and the one before is used") {
  const Desk desk;
  REQUIRE(desk.run("whole").code == 0);
  for (const bool cut : {true, false}) {
    const std::string name = cut ? "cut" : "altered";
    REQUIRE(desk.run(name, {"--ticks", "45"}).code == 0);
    const fs::path newest = desk.path(desk.checkpoint_name(name, 45));
    std::string bytes = read_file(newest);
    if (cut) {
      bytes.resize(bytes.size() - 3);
    } else {
      bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
    }
    write_file(newest, bytes);
    const Finished finished = desk.resume(name, {"--ticks", "50"});
    INFO(finished.output);
    CHECK(finished.code == 0);
    CHECK_THAT(finished.output, Contains("warning: cannot use the checkpoint '" + desk.checkpoint_name(name, 45) +
                                         "': it " + (cut ? "is cut off" : "was altered or damaged")) &&
                                    Contains("going on from tick 40"));
    CHECK(read_file(newest.string() + ".refused") == bytes);
    desk.check_equal("whole", name, 50);
  }
}

TEST_CASE("without a good checkpoint nothing is touched") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  write_file(desk.path(desk.checkpoint_name("a", 40)), "something else altogether");
  write_file(desk.path("a/metrics.csv"), "tick,metric,value\n");
  const Finished finished = desk.resume("a", {"--ticks", "60"});
  CHECK(finished.code == 2);
  CHECK_THAT(finished.output, Contains("metrics.csv beside it was cut or is missing") &&
                                  Contains("it is not a safetensors file") && Contains("there is no good checkpoint"));
  CHECK(desk.has_checkpoint("a", 50));
  CHECK(desk.summary("a").at("status") == "finished");
}

TEST_CASE("a rebuilt plugin goes on with a note; one with another state version is refused") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  desk.use_plugin("run_parts_changed");
  const Finished refused = desk.resume("a", {"--ticks", "60"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("has the state of 'alice' (stage.walk) in version 1, saved by plugin run_parts "
                                      "1.0.0; plugin run_parts 2.0.0 has version 2"));
  CHECK(desk.summary("a").at("status") == "finished");
  desk.use_plugin("run_parts_rebuilt");
  const Finished resumed = desk.resume("a", {"--ticks", "60"});
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.output, Contains("the plugin run_parts was rebuilt since the checkpoint was saved (1.0.0 then, "
                                      "1.0.1 now)"));
}

TEST_CASE("a checkpoint of another graph is refused") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  const std::string graph = desk.text("a/graph.toml");
  const auto resume_with = [&](const std::string& from, const std::string& to) {
    std::string changed = graph;
    changed.replace(changed.find(from), from.size(), to);
    write_file(desk.path("a/graph.toml"), changed);
    const Finished finished = desk.resume("a", {"--ticks", "60"});
    CHECK(finished.code == 2);
    return finished.output;
  };
  CHECK_THAT(resume_with("seed = 0", "seed = 1"), Contains("belongs to seed 0; the graph says seed 1"));
  CHECK_THAT(resume_with("[stages.alice]", "[stages.carol]\nuse = \"stage.walk\"\n[stages.alice]"),
             Contains("has no component 'carol' (stage.walk); was graph.toml changed?"));
}

TEST_CASE("what was changed by hand in the graph of a run is told when it goes on") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  CHECK_THAT(desk.resume("a", {"--ticks", "60"}).output, !Contains("when the checkpoint was saved"));
  std::string graph = desk.text("a/graph.toml");
  const auto change = [&](const std::string& from, const std::string& to) {
    REQUIRE(graph.find(from) != std::string::npos);
    graph.replace(graph.find(from), from.size(), to);
  };
  change("nap = 0", "nap = 1");
  change("every = 1", "every = 2");
  write_file(desk.path("a/graph.toml"), graph);
  const Finished resumed = desk.resume("a", {"--ticks", "70"});
  CHECK(resumed.code == 0);
  const std::string then = " now, and the run goes on with that\n";
  CHECK_THAT(resumed.output,
             Contains("stages.alice.nap was 0 when the checkpoint was saved; graph.toml says 1" + then) &&
                 Contains("[[schedule]] 1, every was 1 when the checkpoint was saved; graph.toml says 2" + then));
}

TEST_CASE("a component whose two saves differ, or that leaves arrays unread, is named") {
  Desk desk(R"([run]
name = "odd"
ticks = 3
plugins = ["parts.so"]
[stages.odd]
use = "stage.uneven"
[[schedule]]
run = "odd"
)");
  const Finished uneven = desk.run("a");
  CHECK(uneven.code == 4);
  CHECK_THAT(uneven.output, Contains("stage 'odd' (stage.uneven) of parts.so, in save, tick 3: save() wrote "
                                     "'odd.pass_2' of shape [] in its second pass where its first wrote 'odd.pass_1'"));
  REQUIRE(desk.run("b", {"--set", "stages.odd.use=stage.forgetful"}).code == 0);
  const Finished forgetful = desk.resume("b", {"--ticks", "4"});
  CHECK(forgetful.code == 2);
  CHECK_THAT(forgetful.output, Contains("holds arrays that no component asked for: 'odd.forgotten'; was graph.toml "
                                        "changed, or was it saved by other plugins?"));
}

TEST_CASE("a disk that takes no more is told, and the checkpoint before stays") {
  const Desk desk;
  REQUIRE(desk.run("a", {"--set", "stages.bob.bulk=200_000"}).code == 0);
  const std::string before = desk.text(desk.checkpoint_name("a", 50));
  // A limit of 400 kB a file stands for a full disk; without a signal, writing fails as it does there.
  Process process({"/bin/bash", "-c", "trap '' XFSZ; ulimit -f 400; exec " WEFT_PROGRAM " resume a --ticks 60"},
                  desk.folder.path());
  CHECK(process.wait(20) == 4);
  CHECK_THAT(process.output(),
             Contains("error: cannot write '" + desk.checkpoint_name("a", 60) + ".tmp': File too large"));
  CHECK_THAT(process.output(), Contains("the last good checkpoint is '" + desk.checkpoint_name("a", 50) +
                                        "'; 'weft resume a' goes on from it\n"));
  CHECK(desk.text(desk.checkpoint_name("a", 50)) == before);
  CHECK_FALSE(fs::exists(desk.path(desk.checkpoint_name("a", 60) + ".tmp")));
  REQUIRE(desk.resume("a").code == 0);
  REQUIRE(desk.run("b", {"--set", "stages.bob.bulk=200_000", "--ticks", "60"}).code == 0);
  desk.check_equal("a", "b", 60);
}

TEST_CASE("a folder that cannot be made is told") {
  const Desk desk;
  const Finished finished = desk.run("/proc/nowhere");
  CHECK(finished.code == 2);
  CHECK_THAT(finished.output, Contains("cannot make the folder '/proc/nowhere'") && Contains("--out DIR"));
}

TEST_CASE("a folder that cannot be written is told before anything is done") {
  const Desk desk;
  REQUIRE(desk.run("a").code == 0);
  fs::create_directory(desk.path("b"));
  for (const char* name : {"a", "b"}) fs::permissions(desk.path(name), fs::perms::owner_read | fs::perms::owner_exec);
  const Finished resumed =
      weft::testing::run_unprivileged({WEFT_PROGRAM, "resume", "a", "--ticks", "60"}, desk.folder.path());
  CHECK(resumed.code == 2);
  CHECK(resumed.output ==
        "error: cannot write into the folder 'a': Permission denied; make it writable, or resume a "
        "copy of it that is\n");
  const Finished run =
      weft::testing::run_unprivileged({WEFT_PROGRAM, "run", "walk.toml", "--out", "b"}, desk.folder.path());
  CHECK(run.code == 2);
  CHECK(run.output ==
        "error: cannot write into the folder 'b': Permission denied; choose another one with --out DIR\n");
  for (const char* name : {"a", "b"}) fs::permissions(desk.path(name), fs::perms::owner_all);
}

TEST_CASE("a graph that is wrong leaves no folder") {
  const Desk desk;
  CHECK(desk.run("a", {"--set", "stages.bob.bluk=1"}).code == 2);
  CHECK_FALSE(fs::exists(desk.path("a")));
}
