#include "host/engine/runner.h"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <stdexcept>

#include "host/run/build_info.h"
#include "host/run/folder.h"
#include "host/run/progress.h"
#include "support/process.h"

using namespace weft::host;
using Catch::Matchers::Contains;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

namespace {

ScheduleEntry entry(const std::string& run, int64_t from = 1, int64_t every = 1, int64_t times = 1,
                    bool at_start = false) {
  ScheduleEntry result;
  result.run = run;
  result.from = from;
  result.every = every;
  result.times = times;
  result.at_start = at_start;
  return result;
}

/// What fires: "abb" for each tick, beginning with the firings before tick 1.
std::vector<std::string> firings(const std::vector<ScheduleEntry>& schedule, int64_t ticks) {
  Graph graph;
  graph.schedule = schedule;
  std::string fired;
  Runner runner(graph, [&](const std::string& stage) { fired += stage; });
  std::vector<std::string> result;
  runner.start();
  result.push_back(fired);
  for (int64_t tick = 1; tick <= ticks; ++tick) {
    fired.clear();
    runner.tick(tick);
    result.push_back(fired);
  }
  return result;
}

using Firings = std::vector<std::string>;

std::string refusal(const std::filesystem::path& folder, bool replace = false) {
  try {
    RunFolder::require_free(folder, replace);
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::wrong_input);
    return failure.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an entry fires from `from` on, whenever the tick is a multiple of `every`") {
  CHECK(firings({entry("a")}, 3) == Firings{"", "a", "a", "a"});
  CHECK(firings({entry("a", 3)}, 4) == Firings{"", "", "", "a", "a"});
  CHECK(firings({entry("a", 1, 2)}, 5) == Firings{"", "", "a", "", "a", ""});
  CHECK(firings({entry("a", 5, 4)}, 12) == Firings{"", "", "", "", "", "", "", "", "a", "", "", "", "a"});
  CHECK(firings({entry("a", 4, 4)}, 4).back() == "a");
}

TEST_CASE("entries fire in the order of the list, each as often as it says") {
  CHECK(firings({entry("b", 1, 1, 2), entry("a"), entry("b", 2, 2)}, 2) == Firings{"", "bba", "bbab"});
}

TEST_CASE("at_start fires once before tick 1, whatever `from`, `every` and `times` say") {
  CHECK(firings({entry("a", 2, 2, 3, true), entry("b"), entry("c", 9, 9, 1, true)}, 2) == Firings{"ac", "b", "aaab"});
}

TEST_CASE("an exception ends the tick") {
  Graph graph;
  graph.schedule = {entry("a"), entry("b"), entry("c")};
  std::string fired;
  Runner runner(graph, [&](const std::string& stage) {
    fired += stage;
    if (stage == "b") throw std::runtime_error("no");
  });
  CHECK_THROWS_WITH(runner.tick(1), "no");
  CHECK(fired == "ab");
}

TEST_CASE("calls are counted by stage") {
  Graph graph;
  graph.schedule = {entry("b", 1, 2, 3), entry("a"), entry("b", 4, 4)};
  Runner runner(graph, [](const std::string&) {});
  for (int64_t tick = 1; tick <= 8; ++tick) runner.tick(tick);
  REQUIRE(runner.timings().size() == 2);
  CHECK(runner.timings()[0].stage == "b");
  CHECK(runner.timings()[0].calls == 4 * 3 + 2);
  CHECK(runner.timings()[1].calls == 8);
  CHECK(runner.timings()[1].seconds >= 0.0);
}

TEST_CASE("numbers for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(-123'456) == "-123,456");
  CHECK(grouped(12'345'678) == "12,345,678");
  CHECK(duration(41.4) == "41s");
  CHECK(duration(365) == "6m05s");
  CHECK(duration(12'060) == "3h21m");
  CHECK(brief(-162.4567) == "-162.5");
}

TEST_CASE("the progress line tells tick, speed, time left, headlines and activity") {
  const std::string name = "a.value";
  const std::string other = "b.value";
  ProgressState state;
  state.tick = 500;
  state.ticks = 2500;
  CHECK(progress_text(state) == "tick 500/2,500 (20%)");
  state.rate = 88.0;
  state.headlines = {{&name, nullptr, 3, 0, 500, -1200.0, -300.25}, {&other, nullptr, 0, 0, 0, 0.0, 0.0}};
  state.activity = "fit: epoch 3";
  CHECK(progress_text(state) == "tick 500/2,500 (20%)  88 ticks/s  23s left  a.value -1200 -> -300.2  fit: epoch 3");
}

TEST_CASE("progress elsewhere than on a terminal is a few whole lines") {
  std::ostringstream stream;
  Progress progress(stream, false);
  progress.begin(0, 100);
  const auto now = Progress::Clock::now();
  using std::chrono::seconds;
  progress.set_tick(4);
  CHECK_FALSE(progress.due(now + seconds(30)));
  CHECK(progress.due(now + seconds(61)));
  progress.set_tick(5);
  CHECK(progress.due(now + seconds(2)));
  CHECK_FALSE(progress.due(now));
  progress.draw(now + seconds(2), {});
  CHECK_FALSE(progress.due(now + seconds(4)));
  progress.say("a line");
  progress.end();
  CHECK_THAT(stream.str(), Catch::Matchers::StartsWith("tick 5/100 (5%)  2.5 ticks/s") &&
                               Catch::Matchers::EndsWith("left\na line\n"));
}

TEST_CASE("the progress line of a terminal makes way for lines that stay") {
  std::ostringstream stream;
  Progress progress(stream, true);
  progress.begin(0, 10);
  progress.draw(Progress::Clock::now(), {});
  progress.say("a line");
  progress.draw(Progress::Clock::now(), {});
  progress.end();
  CHECK_THAT(stream.str(), Contains("\r\x1b[Ka line\n\rtick 0/10") && Catch::Matchers::EndsWith("\r\x1b[K"));
}

TEST_CASE("a folder is free when it is empty or not there") {
  const TemporaryFolder folder;
  CHECK(refusal(folder.path()).empty());
  CHECK(refusal(folder.path() / "new" / "deep").empty());
}

TEST_CASE("a folder that Weft did not write is left alone, whatever is said") {
  const TemporaryFolder folder;
  write_file(folder.path() / "graph.toml", "x");
  for (const bool replace : {false, true})
    CHECK_THAT(refusal(folder.path(), replace), Contains("exists and was not written by Weft, so it is left alone"));
  CHECK_THAT(refusal(folder.path() / "graph.toml", true), Contains("was not written by Weft"));
  CHECK_THROWS_WITH(RunFolder::open(folder.path()), Contains("is not the folder of a run"));
  CHECK_THROWS_WITH(RunFolder::open(folder.path() / "none"), Contains("does not exist"));
}

TEST_CASE("a folder of a run says how to go on, and is replaced only when everything in it is Weft's") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  { const RunFolder made = RunFolder::create(path, false); }
  CHECK_THAT(refusal(path), Contains("ended before its first checkpoint") && Contains("--replace"));
  write_file(path / "checkpoints" / "tick_000000000007.safetensors", "x");
  CHECK_THAT(refusal(path), Contains("has not finished") && Contains("weft resume " + path.string() + "\n"));
  write_file(path / "summary.json", R"({"status":"finished"})");
  CHECK_THAT(refusal(path), Contains("holds a finished run") && Contains("--ticks N") && Contains("run.name=OTHER"));
  CHECK(refusal(path, true).empty());

  write_file(path / "notes.txt", "mine");
  CHECK_THAT(refusal(path, true), Contains("notes.txt', which Weft did not write"));
  CHECK_THROWS(RunFolder::create(path, true));
  CHECK(std::filesystem::exists(path / "summary.json"));
  std::filesystem::remove(path / "notes.txt");
  write_file(path / "checkpoints" / "mine.txt", "mine");
  CHECK_THAT(refusal(path, true), Contains("mine.txt', which Weft did not write"));
  std::filesystem::remove(path / "checkpoints" / "mine.txt");
  write_file(path / "events.out.tfevents.1.machine.0", "x");
  const RunFolder replaced = RunFolder::create(path, true);
  CHECK_FALSE(std::filesystem::exists(path / "summary.json"));
  CHECK(replaced.checkpoints().files().empty());
}

TEST_CASE("one process at a time works in a folder") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  const RunFolder made = RunFolder::create(path, false);
  CHECK_THROWS_WITH(RunFolder::open(path), Contains("a run is under way in the folder"));
  CHECK_THROWS_WITH(RunFolder::create(path, true), Contains("a run is under way in the folder"));
}

TEST_CASE("a folder that cannot be made is told") {
  CHECK_THROWS_WITH(RunFolder::create("/proc/nowhere/run", false),
                    Contains("cannot make the folder '/proc/nowhere/run'"));
}

TEST_CASE("OpenBLAS is told from others by its file") {
  CHECK(is_openblas("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3"));
  CHECK(is_openblas("/opt/lib/libopenblas.so.0"));
  CHECK_FALSE(is_openblas("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"));
  CHECK(mapped_blas().empty());
}
