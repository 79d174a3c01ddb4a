#include "host/run/progress.h"
#include "weft/testing/catch.h"

#include <sstream>

using namespace weft::host;
using weft::testing::Contains;
using weft::testing::EndsWith;
using weft::testing::StartsWith;

TEST_CASE("the progress line shows tick, speed, time left, headlines and activity") {
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

TEST_CASE("without a terminal, progress is a few separate lines") {
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
  progress.print("a line");
  progress.end();
  CHECK_THAT(stream.str(), StartsWith("tick 5/100 (5%)  2.5 ticks/s") && EndsWith("left\na line\n"));
}

TEST_CASE("on a terminal, lines that stay are printed above the progress line") {
  std::ostringstream stream;
  Progress progress(stream, true);
  progress.begin(0, 10);
  progress.draw(Progress::Clock::now(), {});
  progress.print("a line");
  progress.draw(Progress::Clock::now(), {});
  progress.end();
  CHECK_THAT(stream.str(), Contains("\r\x1b[Ka line\n\rtick 0/10") && EndsWith("\r\x1b[K"));
}
