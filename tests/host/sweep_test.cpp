// `weft sweep` as a user types it, with parts that walk at random, nap and fail.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "host/statistics.h"
#include "host/sweep_values.h"
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
namespace host = weft::host;

namespace {

const char* const walking = R"([run]
name = "walking"
ticks = 20
checkpoint = 5
plugins = ["parts.so"]

[stages.alice]
use = "stage.walk"

[stages.bob]
use = "stage.walk"

[[schedule]]
run = "alice"

[[schedule]]
run = "bob"
)";

/// A working directory with a plugin and a graph.
struct Desk {
  TemporaryFolder folder;
  Desk() {
    fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/run/run_parts.so", path("parts.so"));
    write_file(path("walk.toml"), walking);
  }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  void set_graph(const std::string& from, const std::string& to, const std::string& name = "walk.toml") const {
    std::string graph = walking;
    graph.replace(graph.find(from), from.size(), to);
    write_file(path(name), graph);
  }
  /// `weft sweep walk.toml ...`
  Finished sweep(std::vector<std::string> more) const { return run_weft(words(std::move(more)), folder.path()); }
  Process begin(std::vector<std::string> more) const {
    more = words(std::move(more));
    more.insert(more.begin(), WEFT_PROGRAM);
    return {more, folder.path()};
  }
  /// What a sweep that cannot begin is answered; nothing is left behind.
  std::string complaint(std::vector<std::string> more) const {
    const Finished finished = sweep(std::move(more));
    CHECK(finished.code == 2);
    CHECK_FALSE(fs::exists(path("runs")));
    return finished.output;
  }

 private:
  static std::vector<std::string> words(std::vector<std::string> more) {
    more.insert(more.begin(), {"sweep", "walk.toml"});
    return more;
  }
};

template <class Condition>
void wait_until(Condition condition) {
  for (int turn = 0; turn < 4000 && !condition(); ++turn) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(condition());
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// The cells before tick, metric and value, of each run in the table, in its order.
std::vector<std::string> runs_in(const std::string& table) {
  std::istringstream stream(table);
  std::vector<std::string> runs;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    for (int cell = 0; cell < 3; ++cell) line.resize(line.rfind(','));
    if (runs.empty() || runs.back() != line) runs.push_back(line);
  }
  return runs;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("values are split at the commas between them") {
  CHECK(host::split_values("a,b , c") == Words{"a", "b", "c"});
  CHECK(host::split_values("[1, 2],[3]") == Words{"[1, 2]", "[3]"});
  CHECK(host::split_values("{ from = 1, to = [2, 3] },4") == Words{"{ from = 1, to = [2, 3] }", "4"});
  CHECK(host::split_values(R"("a,\",b",'c,"d',e)") == Words{R"("a,\",b")", R"('c,"d')", "e"});
  CHECK(host::split_values("") == Words{""});
  CHECK(host::split_values("a,,b") == Words{"a", "", "b"});
}

TEST_CASE("seeds are ranges and single ones") {
  host::Problems problems;
  CHECK(host::read_seeds("0..3,8, 5", problems) == std::vector<uint64_t>{0, 1, 2, 3, 8, 5});
  CHECK(host::read_seeds("18446744073709551614..18446744073709551615", problems).size() == 2);
  CHECK(problems.errors().empty());
}

TEST_CASE("the bootstrap interval of two values is that of the binomial distribution, and equal each time") {
  // Means of resamples are 0, 1/2 and 1 with probabilities 1/4, 1/2 and 1/4.
  const host::Interval two = host::bootstrap_interval({0.0, 1.0});
  CHECK(two.mean == 0.5);
  CHECK(two.low == 0.0);
  CHECK(two.high == 1.0);
  // 400 values of variance 1: the standard error is 1/20, the interval 1.96 of it to each side.
  std::vector<double> values(400, -1.0);
  std::fill(values.begin(), values.begin() + 200, 1.0);
  const host::Interval many = host::bootstrap_interval(values);
  CHECK(many.mean == 0.0);
  CHECK(many.low == Approx(-0.098).margin(0.006));
  CHECK(many.high == Approx(0.098).margin(0.006));
  const host::Interval again = host::bootstrap_interval(values);
  CHECK((again.low == many.low && again.high == many.high));
  const host::Interval one = host::bootstrap_interval({3.0});
  CHECK((one.mean == 3.0 && one.low == 3.0 && one.high == 3.0));
}

TEST_CASE("every setting is run with every seed, in folders named after what varies, and put in one table") {
  const Desk desk;
  const Finished finished = desk.sweep({"--set", "stages.alice.nap=0,1", "--set", "stages.bob.bulk=2", "--set",
                                        "stages.bob.nap=1,0", "--seeds", "3,1", "--ticks", "10"});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const std::string folder = "runs/walking_by_alice.nap_bob.nap";
  CHECK(folders_in(desk.path(folder)) ==
        Words{"alice.nap=0,bob.nap=0", "alice.nap=0,bob.nap=1", "alice.nap=1,bob.nap=0", "alice.nap=1,bob.nap=1"});
  CHECK(folders_in(desk.path(folder + "/alice.nap=1,bob.nap=0")) == Words{"1", "3"});
  CHECK_THAT(desk.text(folder + "/alice.nap=1,bob.nap=0/3/graph.toml"),
             Contains("seed = 3\nticks = 10") && Contains("bulk = 2"));
  CHECK_THAT(desk.text(folder + "/alice.nap=1,bob.nap=0/3.log"), Contains("walking, seed 3: finished at tick 10"));

  const std::string table = desk.text(folder + "/table.csv");
  CHECK_THAT(table, StartsWith("stages.alice.nap,stages.bob.nap,seed,tick,metric,value\n0,1,3,1,alice.step,"));
  CHECK(runs_in(table) == Words{"0,1,3", "0,1,1", "0,0,3", "0,0,1", "1,1,3", "1,1,1", "1,0,3", "1,0,1"});
  std::istringstream metrics(desk.text(folder + "/alice.nap=1,bob.nap=0/3/metrics.csv"));
  std::string row, rows;
  std::getline(metrics, row);
  while (std::getline(metrics, row)) rows += "1,0,3," + row + "\n";
  CHECK_THAT(table, Contains(rows));

  CHECK_THAT(finished.output, Contains("8/8  ") && Contains("alice.nap=1,bob.nap=0, seed 1 done in ") &&
                                  Contains("\n8 runs: 8 done; ") && Contains("table: " + folder + "/table.csv\n"));
  const auto last = [&](const char* seed) {
    return nlohmann::json::parse(desk.text(folder + "/alice.nap=0,bob.nap=1/" + seed + "/summary.json"))
        .at("headlines")
        .at("alice.place")
        .at("latest")
        .at("value")
        .get<double>();
  };
  CHECK_THAT(
      finished.output,
      Contains("\nalice.place: last value, mean over seeds [95 % bootstrap interval]\n  alice.nap=0,bob.nap=1  " +
               host::to_text(host::bootstrap_interval({last("3"), last("1")}), 2) + "  (2 seeds)\n"));
}

TEST_CASE("equal sweeps give equal tables, for any number of jobs") {
  const Desk desk;
  for (const char* jobs : {"1", "3"})
    REQUIRE(desk.sweep({"--seeds", "0..2", "--set", "stages.alice.nap=0,1", "--jobs", jobs, "--out", jobs}).code == 0);
  CHECK(desk.text("1/table.csv") == desk.text("3/table.csv"));
}

TEST_CASE("without several values a run keeps the graph's seed; several graphs are told apart by name") {
  const Desk desk;
  const Finished alone = desk.sweep({"--set", "stages.bob.bulk=3"});
  CHECK(alone.code == 0);
  CHECK_THAT(desk.text("runs/walking_by_seed/table.csv"), StartsWith("seed,tick,metric,value\n0,1,"));
  CHECK_THAT(alone.output, Contains("  (1 seed)\n"));

  desk.set_graph("name = \"walking\"", "name = \"strolling\"\nseed = 7", "stroll.toml");
  REQUIRE(desk.sweep({"stroll.toml", "--out", "both"}).code == 0);
  CHECK(runs_in(desk.text("both/table.csv")) == Words{"walking,0", "strolling,7"});
  CHECK(folders_in(desk.path("both")) == Words{"strolling", "walking"});
}

TEST_CASE("names of folders hold no letter that a shell or file system misreads, and are never the same") {
  const Desk desk;
  fs::create_directory(desk.path("parts"));
  fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/graph/graph_parts.so", desk.path("parts/dial.so"));
  write_file(desk.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = ["parts"]
[components.clock]
use = "part.clock"
[components.dial]
use = "part.dial"
clock = "clock"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  const std::string longest(150, 'x');
  const Finished finished =
      desk.sweep({"--out", "a", "--set", "components.dial.label=a/b,a*b,\"a,b\",[ab],../..," + longest});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const Words names = folders_in(desk.path("a"));
  REQUIRE(names.size() == 6);
  CHECK(names[0] == "dial.label=.._..");
  CHECK(names[1] == "dial.label=a,b");
  CHECK_THAT(names[2], StartsWith("dial.label=a_b-"));
  CHECK_THAT(names[3], StartsWith("dial.label=a_b-"));
  CHECK(names[4] == "dial.label=ab");
  CHECK_THAT(names[5], StartsWith("dial.label=xxx"));
  CHECK(names[5].size() < 140);
}

TEST_CASE("what is done is skipped; new values and seeds are added; more ticks go on") {
  const Desk desk;
  REQUIRE(desk.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"}).code == 0);
  const std::string table = desk.text("a/table.csv");
  const auto written = fs::last_write_time(desk.path("a/bob.bulk=0/0/metrics.csv"));

  const Finished again = desk.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("4 runs: 4 done before; "));
  CHECK(desk.text("a/table.csv") == table);

  const Finished more = desk.sweep({"--out", "a", "--seeds", "0..2", "--set", "stages.bob.bulk=0,1,2"});
  CHECK(more.code == 0);
  CHECK_THAT(more.output, Contains("9 runs: 5 done, 4 done before; "));
  CHECK(fs::last_write_time(desk.path("a/bob.bulk=0/0/metrics.csv")) == written);

  const Words longer = {"--seeds", "0..1", "--set", "stages.bob.bulk=0,1", "--ticks", "30", "--out"};
  const auto to = [&](const char* folder) {
    Words words = longer;
    words.emplace_back(folder);
    return desk.sweep(words);
  };
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done; "));
  CHECK_THAT(desk.text("a/bob.bulk=0/0.log"), Contains("going on from tick 20"));
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done before; "));
  REQUIRE(to("b").code == 0);
  CHECK(desk.text("a/table.csv") == desk.text("b/table.csv"));
}

TEST_CASE("a folder with runs of other settings, or of more ticks, is told and left alone") {
  const Desk desk;
  REQUIRE(desk.sweep({"--out", "a", "--seeds", "0..2"}).code == 0);
  const std::string table = desk.text("a/table.csv");
  const Finished other = desk.sweep({"--out", "a", "--seeds", "0..3", "--set", "stages.bob.bulk=7"});
  CHECK(other.code == 2);
  CHECK(other.output ==
        "error: the folder 'a/0' holds a run with other settings: [stages.bob] has 'bulk = 0' there and 'bulk = 7' "
        "here (and so do 2 more); choose another folder with --out DIR\n");
  const Finished fewer = desk.sweep({"--out", "a", "--ticks", "10"});
  CHECK(fewer.code == 2);
  CHECK(fewer.output ==
        "error: the folder 'a/0' holds a run of 20 ticks, and 10 is less; choose another folder with --out DIR\n");
  const Finished wider = desk.sweep({"--out", "a", "--set", "stages.bob.bulk=0,1"});
  CHECK(wider.code == 2);
  CHECK(wider.output ==
        "error: the folder 'a' holds a sweep over seeds alone, not over 'stages.bob.bulk'; choose another folder with "
        "--out DIR\n");
  CHECK(desk.text("a/table.csv") == table);
  CHECK_FALSE(fs::exists(desk.path("a/3")));

  fs::create_directory(desk.path("mine"));
  write_file(desk.path("mine/notes.txt"), "mine");
  for (const char* folder : {"mine", "walk.toml", "a/0"}) {
    const Finished foreign = desk.sweep({"--out", folder});
    CHECK(foreign.code == 2);
    CHECK(foreign.output == "error: '" + std::string(folder) +
                                "' exists and is not the folder of a sweep, so it is left alone; choose another "
                                "folder with --out DIR\n");
  }
  CHECK(desk.text("mine/notes.txt") == "mine");
  const Finished nowhere = desk.sweep({"--out", "/proc/nowhere"});
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.output, StartsWith("error: cannot make the folder '/proc/nowhere': "));

  fs::create_directories(desk.path("a/3"));
  write_file(desk.path("a/3/notes.txt"), "mine");
  const Finished inside = desk.sweep({"--out", "a", "--seeds", "0..3"});
  CHECK(inside.code == 2);
  CHECK_THAT(inside.output, StartsWith("error: 'a/3' exists and was not written by Weft"));
}

TEST_CASE("a run that fails stops no other, is told at the end, and is tried again") {
  const Desk desk;
  const Words words = {"--out", "a", "--seeds", "0..1", "--set", "stages.bob.throw_at=-1,3,13"};
  const Finished finished = desk.sweep(words);
  CHECK(finished.code == 4);
  const std::string wall = "stage 'bob' (stage.walk) of parts.so, in run, tick 3: there is a wall; walk elsewhere";
  CHECK_THAT(finished.output,
             Contains("6 runs: 2 done, 4 failed; ") && Contains("  failed: a/bob.throw_at=3/1: error: " + wall +
                                                                " (all that it said: a/bob.throw_at=3/1.log)\n"));
  CHECK(runs_in(desk.text("a/table.csv")) == Words{"-1,0", "-1,1"});

  // One has a checkpoint to go on from, one has none; neither does better now.
  const Finished again = desk.sweep(words);
  CHECK(again.code == 4);
  CHECK_THAT(again.output, Contains("6 runs: 2 done before, 4 failed; "));
  CHECK_THAT(desk.text("a/bob.throw_at=13/0.log"), Contains("going on from tick 10"));
}

TEST_CASE("a graph that is edited while its sweep runs makes no table of two kinds of runs") {
  const Desk desk;
  Process sweep = desk.begin({"--out", "a", "--seeds", "0..1", "--jobs", "1", "--set", "stages.alice.nap=30"});
  wait_until([&] { return fs::exists(desk.path("a/0.log")) && contains(desk.text("a/0.log"), "napping"); });
  desk.set_graph("[stages.bob]\nuse", "[stages.bob]\nbulk = 3\nuse");
  CHECK(sweep.wait(20) == 4);
  CHECK_THAT(sweep.output(), Contains("a/1: the graph was changed meanwhile; the folder holds a run with other "
                                      "settings: [stages.bob] has 'bulk = 3' there and 'bulk = 0' here"));
  CHECK(runs_in(desk.text("a/table.csv")) == Words{"0"});
}

TEST_CASE("a run whose files were damaged is told with what to do") {
  const Desk desk;
  REQUIRE(desk.sweep({"--out", "a"}).code == 0);
  write_file(desk.path("a/0/summary.json"), R"({"status": "finished"})");
  const std::string advice =
      "is not what 'weft run' wrote; delete the folder that it is in, and the same command runs "
      "it again\n";
  CHECK_THAT(desk.sweep({"--out", "a"}).output, EndsWith("error: 'a/0/summary.json' " + advice));
  write_file(desk.path("a/0/metrics.csv"), "tick\n");
  CHECK_THAT(desk.sweep({"--out", "a"}).output, EndsWith("error: 'a/0/metrics.csv' " + advice));
  fs::remove_all(desk.path("a/0"));
  CHECK(desk.sweep({"--out", "a"}).code == 0);
}

TEST_CASE("a run that is killed from outside is a failed one that says by what") {
  const Desk desk;
  Process sweep = desk.begin({"--out", "a", "--seeds", "0..1", "--jobs", "1", "--set", "stages.bob.throw_at=1", "--set",
                              "stages.alice.nap=60_000"});
  wait_until([&] { return fs::exists(desk.path("a/0.log")) && contains(desk.text("a/0.log"), "napping"); });
  // The only child of the sweep.
  Finished pid = {0, ""};
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code ignored;
    if (!fs::exists(entry.path() / "cmdline", ignored)) continue;
    std::ifstream stream(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(stream)), {});
    std::error_code gone;
    if (line.find(std::string("--out\0a/0", 9)) != std::string::npos &&
        fs::read_symlink(entry.path() / "cwd", gone) == fs::canonical(desk.folder.path()))
      pid.output = entry.path().filename().string();
  }
  REQUIRE_FALSE(pid.output.empty());
  kill(std::stoi(pid.output), SIGKILL);
  wait_until([&] { return contains(sweep.output(), "failed"); });
  CHECK_THAT(sweep.output(), Contains("1/2  seed 0 failed: ended by signal 9 (Killed)\n"));
  sweep.send(SIGINT);
  wait_until([&] { return contains(sweep.output(), "once more to end at once"); });
  sweep.send(SIGINT);
  CHECK(sweep.wait(20) == 130);
}

TEST_CASE("after an interrupt the runs under way save, and the same command goes on as if nothing had been") {
  const Desk desk;
  const Words settings = {"--seeds", "0..3", "--set", "stages.alice.nap=10", "--jobs", "2", "--out"};
  const auto with = [&](const char* folder) {
    Words words = settings;
    words.emplace_back(folder);
    return words;
  };
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = signal == SIGINT ? "int" : "term";
    Process sweep = desk.begin(with(name.c_str()));
    wait_until([&] { return fs::exists(desk.path(name + "/1/checkpoints/tick_000000000005.safetensors")); });
    sweep.send(signal);
    CHECK(sweep.wait(20) == 130);
    CHECK_THAT(sweep.output(), Contains("finishing the tick and saving 2 runs; once more to end at once\n") &&
                                   Contains("4 runs: 2 interrupted, 2 not started; ") &&
                                   EndsWith("interrupted; the same command goes on with the 4 that are left\n"));
    CHECK(desk.text(name + "/table.csv") == "seed,tick,metric,value\n");
    CHECK(nlohmann::json::parse(desk.text(name + "/0/summary.json")).at("status") == "interrupted");
    CHECK_FALSE(fs::exists(desk.path(name + "/2")));
    const Finished again = desk.sweep(with(name.c_str()));
    CHECK(again.code == 0);
    CHECK_THAT(again.output, Contains("4 runs: 4 done; "));
    CHECK_THAT(desk.text(name + "/0.log"), Contains("going on from tick "));
  }
  CHECK(desk.text("int/table.csv") == desk.text("term/table.csv"));
  REQUIRE(desk.sweep(with("whole")).code == 0);
  CHECK(desk.text("int/table.csv") == desk.text("whole/table.csv"));
}

TEST_CASE("a second interrupt ends at once; what had no checkpoint begins anew") {
  const Desk desk;
  Process sweep = desk.begin({"--out", "a", "--seeds", "0", "--set", "stages.alice.nap=60_000"});
  wait_until([&] { return fs::exists(desk.path("a/0.log")) && contains(desk.text("a/0.log"), "napping"); });
  const Finished meanwhile =
      run_weft({"sweep", desk.path("walk.toml").string(), "--out", desk.path("a").string()}, TemporaryFolder().path());
  CHECK(meanwhile.code == 2);
  CHECK(meanwhile.output == "error: a sweep is under way in the folder '" + desk.path("a").string() +
                                "'; wait for it, or choose another folder with --out DIR\n");
  sweep.send(SIGINT);
  wait_until([&] { return contains(sweep.output(), "once more to end at once"); });
  sweep.send(SIGINT);
  CHECK(sweep.wait(20) == 130);
  CHECK_THAT(sweep.output(), Contains("ended at once; the last checkpoints are as they were\n"));
  std::string graph = desk.text("a/0/graph.toml");
  graph.replace(graph.find("60000"), 5, "0");
  write_file(desk.path("a/0/graph.toml"), graph);
  const Finished again = desk.sweep({"--out", "a"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("1 run: 1 done; "));
}

TEST_CASE("a sweep that was killed goes on from the checkpoints of its runs") {
  const Desk desk;
  const Words words = {"--out", "a", "--seeds", "0..1", "--set", "stages.alice.nap=10"};
  Process sweep = desk.begin(words);
  wait_until([&] { return fs::exists(desk.path("a/1/checkpoints/tick_000000000005.safetensors")); });
  sweep.send(SIGKILL);
  CHECK(sweep.wait(20) == 128 + SIGKILL);
  // The runs are told of it, save and let go of their folders.
  wait_until([&] {
    return fs::exists(desk.path("a/0/summary.json")) && fs::exists(desk.path("a/1/summary.json")) &&
           contains(desk.text("a/0.log"), "go on") && contains(desk.text("a/1.log"), "go on");
  });
  const Finished again = desk.sweep(words);
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("2 runs: 2 done; "));
  REQUIRE(desk.sweep({"--out", "b", "--seeds", "0..1", "--set", "stages.alice.nap=10"}).code == 0);
  CHECK(desk.text("a/table.csv") == desk.text("b/table.csv"));
}

TEST_CASE("every error of every setting is told at once, and nothing is started") {
  const Desk desk;
  CHECK(desk.complaint({"--set", "stages.alice.nap=1,-1,x", "--set", "stages.bob.nip=3,4", "--seeds", "0..7"}) ==
        "--set stages.bob.nip=3: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'throw_at', 'nan_at' and "
        "'bulk'; did you mean 'nap'?\n"
        "--set stages.bob.nip=4: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'throw_at', 'nan_at' and "
        "'bulk'; did you mean 'nap'?\n"
        "--set stages.alice.nap=-1: error: 'nap' of stage.walk must be a whole number, at least 0; found -1\n"
        "--set stages.alice.nap=x: error: 'nap' of stage.walk must be a whole number, at least 0; found 'x'\n");
  CHECK_THAT(desk.complaint({"none.toml"}), Contains("cannot read the graph 'none.toml': there is no such file"));
}

TEST_CASE("an error that only some settings have says which") {
  const Desk desk;
  write_file(desk.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = [")" WEFT_BINARY_FOLDER R"(/tests/plugins/graph"]
[components.part]
use = "part.clock"
[components.dial]
use = "part.dial"
clock = "part"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  CHECK(desk.complaint({"--set", "stages.source.size=1,2", "--set", "components.part.use=part.clock,part.twins"}) ==
        "walk.toml:9:9: error: ambiguous wire: 'part.left' and 'part.right' fit the slot 'clock' of part.dial; write "
        "which one (with stages.source.size=1, components.part.use=part.twins)\n");
}

TEST_CASE("options of a sweep that make no sense") {
  const Desk desk;
  const auto one = [&](const std::string& option, const std::string& value, const std::string& message) {
    CHECK(desk.complaint({"--" + option, value}) == "--" + option + " " + value + ": error: " + message + "\n");
  };
  one("set", "k=", "there is no value; expected one value or several with commas between them");
  one("set", "k=a,,b", "a value is empty; expected one value or several with commas between them");
  one("set", "k", "expected KEY=VALUE or KEY=VALUE,VALUE,...");
  one("set", "k=a,b,a", "the value 'a' stands there twice; it would be run once");
  one("set", "run.seed=1,2", "the seeds of a sweep are said with --seeds, as in --seeds 0..7");
  one("seeds", "5..2", "'5..2' is empty; the smaller seed comes first");
  one("seeds", "1,x", "'x' is no seed; expected whole numbers from 0 on, as in 0..7 or 0,3,5");
  one("seeds", "-1..2", "'-1..2' is no seed; expected whole numbers from 0 on, as in 0..7 or 0,3,5");
  one("seeds", "0..3,2", "the seed 2 stands there twice; it would be run once");
  one("seeds", "0..10000", "'0..10000' is more than 10000 seeds");
  CHECK(desk.complaint({"--set", "k=a", "--set", "k=b,c"}) ==
        "--set k=b,c: error: 'k' is set twice; write all its values in one, with commas between them\n");
  CHECK(desk.complaint({"--set", "k=1,2", "--seeds", "0..9000"}) ==
        "error: that are more than 10000 runs; give fewer values or seeds\n");
  CHECK(desk.complaint({"--set", "stages.bob.nap=1,+1"}) ==
        "error: two settings are the same run: walk.toml with stages.bob.nap=1 and walk.toml with "
        "stages.bob.nap=+1; leave one out\n");
  CHECK(desk.complaint({"walk.toml"}) ==
        "error: two settings are the same run: walk.toml and walk.toml; leave one out\n");
  desk.set_graph("ticks = 20", "ticks = 21", "other.toml");
  CHECK(desk.complaint({"other.toml"}) ==
        "error: two graphs have the same name, which is how the table tells them apart: walk.toml and other.toml; "
        "change run.name in one of them\n");
  CHECK(desk.complaint({"--jobs", "0"}) ==
        "error: --jobs is '0'; a whole number from 1 on was expected; see 'weft sweep --help'\n");
  const Finished none = run_weft({"sweep"}, desk.folder.path());
  CHECK(none.code == 2);
  CHECK(none.output == "error: GRAPH... is missing; see 'weft sweep --help'\n");
}
