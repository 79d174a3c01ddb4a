#include "host/engine/runner.h"
#include "weft/testing/catch.h"

#include <stdexcept>

using namespace weft::host;

namespace {

/// Without `from` if it is 0.
ScheduleEntry entry(const std::string& run, int64_t from = 0, int64_t every = 1, int64_t times = 1,
                    bool at_start = false) {
  ScheduleEntry result;
  result.run = run;
  if (from > 0) result.from = from;
  result.every = every;
  result.times = times;
  result.at_start = at_start;
  return result;
}

/// The stages that fire in each tick, such as "abb"; the first element is before tick 1.
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

}  // namespace

TEST_CASE("an entry fires every `every` ticks, counted from `from` or, without it, from 0") {
  CHECK(firings({entry("a")}, 3) == Firings{"", "a", "a", "a"});
  CHECK(firings({entry("a", 3)}, 4) == Firings{"", "", "", "a", "a"});
  CHECK(firings({entry("a", 0, 2)}, 5) == Firings{"", "", "a", "", "a", ""});
  CHECK(firings({entry("a", 1, 2)}, 5) == Firings{"", "a", "", "a", "", "a"});
  CHECK(firings({entry("a", 5, 4)}, 10) == Firings{"", "", "", "", "", "a", "", "", "", "a", ""});
  CHECK(firings({entry("a", 4, 4)}, 4).back() == "a");
}

TEST_CASE("`until` is the last tick of an entry, and `at` its only one") {
  ScheduleEntry until = entry("a", 2, 2), at = entry("b");
  until.until = 6;
  at.at = 3;
  CHECK(firings({until, at}, 9) == Firings{"", "", "a", "b", "a", "", "a", "", "", ""});
  until.until = 5;
  until.from.reset();
  CHECK(firings({until}, 8) == Firings{"", "", "a", "", "a", "", "", "", ""});
}

TEST_CASE("entries fire in the order of the list, each `times` times") {
  CHECK(firings({entry("b", 1, 1, 2), entry("a"), entry("b", 2, 2)}, 2) == Firings{"", "bba", "bbab"});
}

TEST_CASE("at_start fires once before tick 1, for any `from`, `every` and `times`") {
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
  graph.schedule = {entry("b", 2, 2, 3), entry("a"), entry("b", 4, 4)};
  Runner runner(graph, [](const std::string&) {});
  for (int64_t tick = 1; tick <= 8; ++tick) runner.tick(tick);
  REQUIRE(runner.timings().size() == 2);
  CHECK(runner.timings()[0].stage == "b");
  CHECK(runner.timings()[0].calls == 4 * 3 + 2);
  CHECK(runner.timings()[1].calls == 8);
  CHECK(runner.timings()[1].seconds >= 0.0);
}
