// stage.replay against a simple list of rows.

#include <cstring>
#include <deque>
#include <numeric>

#include "stages.h"
#include "support/stage_fakes.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// The rows that a replay has to hold.
struct Plain {
  void receive(int64_t tick, const std::vector<Row>& rows) {
    for (const Row& row : rows) kept.push_back({tick, row});
    while (capacity != 0 && static_cast<int64_t>(kept.size()) > capacity) kept.pop_front();
  }
  std::vector<Row> visible(int64_t now) const {
    std::vector<Row> rows;
    for (const auto& [tick, row] : kept)
      if (retain == 0 || now - tick < retain) rows.push_back(row);
    return rows;
  }
  int64_t capacity, retain;
  std::deque<std::pair<int64_t, Row>> kept;
};

/// `count` rows of distinct numbers.
rl::TransitionBatch fill(rl::TransitionBuffer& buffer, int64_t count, float& next) {
  buffer.resize(count, 2, 1);
  const rl::TransitionRows rows = buffer.rows();
  for (int64_t row = 0; row < count; ++row) {
    for (const int64_t column : {0, 1}) {
      rows.observation[2 * row + column] = next++;
      rows.next_observation[2 * row + column] = next++;
    }
    rows.action[row] = next++;
    rows.reward[row] = next++;
    rows.terminated[row] = static_cast<uint8_t>(row % 2);
    rows.truncated[row] = static_cast<uint8_t>(row % 3 == 0);
  }
  return buffer.batch();
}

std::vector<Row> all_rows(const rl::Dataset& data) {
  std::vector<int64_t> numbers(static_cast<std::size_t>(data.size()));
  std::iota(numbers.begin(), numbers.end(), int64_t{0});
  rl::TransitionBuffer buffer;
  buffer.resize(data.size(), 2, 1);
  data.gather(numbers, buffer.rows());
  return rows_of(buffer.batch());
}

void compare(const std::string& parameters, Plain plain, const std::vector<int64_t>& sizes, int64_t step) {
  auto made = stages().make("stage.replay", parameters);
  rl::TransitionBuffer buffer;
  float next = 0.0f;
  for (std::size_t turn = 0; turn < sizes.size(); ++turn) {
    made->context->now += step;
    const rl::TransitionBatch batch = fill(buffer, sizes[turn], next);
    made->service<rl::Dataset>("data");
    dynamic_cast<rl::TransitionSink&>(*made->component).receive(batch);
    plain.receive(made->context->now, rows_of(batch));
    if (turn == sizes.size() / 2) {
      Archive archive = made->save();
      const int64_t now = made->context->now;
      made = stages().make("stage.replay", parameters);
      made->load(archive);
      made->context->now = now;
      CHECK(made->save().entries == archive.entries);
    }
    const auto& data = made->service<rl::Dataset>("data");
    REQUIRE(all_rows(data) == plain.visible(made->context->now));
  }
  for (int64_t later = 0; later < 12; ++later) {
    ++made->context->now;
    REQUIRE(all_rows(made->service<rl::Dataset>("data")) == plain.visible(made->context->now));
  }
}

}  // namespace

TEST_CASE("replay keeps the newest rows when it is full") {
  compare("capacity = 5", {5, 0, {}}, {1, 1, 3, 1, 2, 7, 0, 1}, 1);
  compare("capacity = 1", {1, 0, {}}, {1, 1, 3, 2}, 1);
  compare("capacity = 9000", {9000, 0, {}}, {8000, 1000, 1, 7000, 9500, 1, 8191, 1}, 1);
}

TEST_CASE("replay hides rows that are `retain` ticks old") {
  compare("retain = 1", {0, 1, {}}, {3, 1, 4}, 1);
  compare("retain = 10", {0, 10, {}}, {3, 1, 4, 1, 5, 9, 2, 6}, 3);
  compare("retain = 4", {0, 4, {}}, {5000, 4000, 8192, 1, 16384, 100, 9000}, 2);
  compare("retain = 5\ncapacity = 10", {10, 5, {}}, {3, 1, 4, 1, 5, 9, 2, 6, 12, 1}, 2);
}

TEST_CASE("replay is empty when all rows are too old, and then takes new rows") {
  const auto made = stages().make("stage.replay", "retain = 2");
  const auto& data = made->service<rl::Dataset>("data");
  auto& sink = dynamic_cast<rl::TransitionSink&>(*made->component);
  CHECK(data.size() == 0);
  rl::TransitionBuffer buffer;
  float next = 0.0f;
  sink.receive(fill(buffer, 8192, next));
  made->context->now = 2;
  CHECK(data.size() == 0);
  sink.receive(fill(buffer, 3, next));
  CHECK(all_rows(data) == rows_of(buffer.batch()));
  CHECK(made->save().at("rows.0").shape == std::vector<int64_t>{3, 7});  // rows that are too old are not saved
  CHECK_FALSE(made->save().has("rows.1"));
}

TEST_CASE("replay refuses a saved row with impossible flags") {
  const auto made = stages().make("stage.replay", "capacity = 10");
  rl::TransitionBuffer buffer;
  float next = 0.0f;
  dynamic_cast<rl::TransitionSink&>(*made->component).receive(fill(buffer, 3, next));
  Archive archive = made->save();
  const float flags = 4.0f;
  auto& bytes = archive.entries.at("rows.0").bytes;
  std::memcpy(bytes.data() + bytes.size() - sizeof flags, &flags, sizeof flags);
  CHECK_THROWS_WITH(stages().make("stage.replay", "capacity = 10")->load(archive),
                    Contains("the flags of a saved row are 4; a whole number from 0 to 3 was expected"));
}

TEST_CASE("replay reports errors") {
  CHECK_THROWS_WITH(stages().make("stage.replay"), Contains("neither 'capacity' nor 'retain'"));
  const auto made = stages().make("stage.replay", "capacity = 10");
  rl::TransitionBuffer buffer;
  float next = 0.0f;
  auto& sink = dynamic_cast<rl::TransitionSink&>(*made->component);
  sink.receive(fill(buffer, 3, next));
  const auto& data = made->service<rl::Dataset>("data");
  for (const int64_t row : {int64_t{-1}, int64_t{3}})
    CHECK_THROWS_WITH(data.gather({&row, 1}, buffer.rows()),
                      Contains("does not exist; there are 3 rows, counted from 0"));
  buffer.resize(1, 3, 1);
  CHECK_THROWS_WITH(sink.receive(buffer.batch()),
                    Contains("received rows with observation size 3 and action size 1, but earlier rows had 2 and 1"));
}

TEST_CASE("replay is a component; the schedule cannot run it") {
  CHECK(stages().make("stage.replay", "capacity = 1")->type->schedulable == 0);
  CHECK(stages().make("stage.replay", "retain = 1")->type->state_version == 2);
}
