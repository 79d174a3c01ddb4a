// stage.train_agent: which rows make up a batch.

#include "stages.h"
#include "support/stage_fakes.h"
#include "weft/rl/agent.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

struct Learner final : rl::Agent {
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  void update(const rl::TransitionBatch& batch) override { batches.push_back(rows_of(batch)); }
  int64_t observations = 2;
  std::vector<std::vector<Row>> batches;
};

/// Real rows have rewards 0 .. 99, imagined ones 1000 .. 1049.
struct Training {
  explicit Training(const std::string& parameters) {
    made = stages().make("stage.train_agent", parameters,
                         {{"agent", wire<rl::Agent>(agent)},
                          {"real", wire<rl::Dataset>(real)},
                          {"model_data", wire<rl::Dataset>(imagined)}});
  }
  void run(int64_t tick, int times) {
    made->context->now = tick;
    agent.batches.clear();
    for (int time = 0; time < times; ++time) made->stage().run();
  }
  static bool from_model(const Row& row) { return row.reward >= 1000.0f; }
  static int64_t imagined_rows(const std::vector<Row>& batch) {
    return std::count_if(batch.begin(), batch.end(), from_model);
  }
  Learner agent;
  Counting real{100}, imagined{50, 1000.0f};
  std::unique_ptr<Made> made;
};

}  // namespace

TEST_CASE("with mixing by batch, a batch is entirely real or imagined, as often as the ramp says") {
  Training stage("batch = 8\nmodel_share = { from = 0.0, to = 1.0, between = [100, 200] }");
  for (const auto& [tick, share] :
       std::vector<std::pair<int64_t, double>>{{100, 0.0}, {150, 0.5}, {180, 0.8}, {200, 1.0}}) {
    stage.run(tick, 2000);
    int64_t imagined = 0;
    for (const std::vector<Row>& batch : stage.agent.batches) {
      REQUIRE(batch.size() == 8);
      const int64_t rows = Training::imagined_rows(batch);
      REQUIRE((rows == 0 || rows == 8));
      imagined += rows / 8;
    }
    CHECK(static_cast<double>(imagined) / 2000.0 == Approx(share).margin(share == 0.0 || share == 1.0 ? 0.0 : 0.05));
  }
}

TEST_CASE("with mixing by row, every batch holds the share of imagined rows, rounded") {
  Training stage("batch = 10\nmixing = \"row\"\nmodel_share = { from = 0.0, to = 0.5, between = [0, 100] }");
  for (const auto& [tick, rows] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 0}, {50, 3}, {70, 4}, {100, 5}, {500, 5}}) {
    stage.run(tick, 20);
    for (const std::vector<Row>& batch : stage.agent.batches) {
      REQUIRE(batch.size() == 10);
      CHECK(Training::imagined_rows(batch) == rows);
    }
    CHECK(stage.made->context->metrics["model_share"].back() == Approx(static_cast<double>(rows) / 10.0));
  }
}

TEST_CASE("train_agent gives unaltered rows, and each of them eventually") {
  Training stage("batch = 4\nmixing = \"row\"\nmodel_share = 0.5");
  stage.run(1, 1000);
  std::vector<int> real(100, 0), imagined(50, 0);
  for (const std::vector<Row>& batch : stage.agent.batches)
    for (const Row& row : batch) {
      const float number = Training::from_model(row) ? row.reward - 1000.0f : row.reward;
      ++(Training::from_model(row) ? imagined : real)[static_cast<std::size_t>(number)];
      const bool ended = static_cast<int>(number) % 4 == 3;
      const uint8_t terminated = ended ? 1 : 0, truncated = ended ? 0 : 1;
      CHECK(row ==
            Row{{number, -number}, {number + 0.5f}, {number + 1.0f, -number}, row.reward, terminated, truncated});
    }
  CHECK(*std::min_element(real.begin(), real.end()) > 0);
  CHECK(*std::min_element(imagined.begin(), imagined.end()) > 0);
}

TEST_CASE("without imagined rows, batches are all real; without any rows, that is an error") {
  for (const char* mixing : {"batch", "row"}) {
    Training stage(std::string("model_share = 1.0\nmixing = \"") + mixing + "\"");
    stage.imagined.rows = 0;
    stage.run(1, 1);
    CHECK(Training::imagined_rows(stage.agent.batches.at(0)) == 0);
    CHECK(stage.made->context->metrics["model_share"].back() == 0.0);
    stage.real.rows = 0;
    CHECK_THROWS_WITH(stage.run(2, 1), Contains("slot 'real' is empty") && Contains("'from' in its schedule entry"));
    stage.imagined.rows = 50;
    stage.run(3, 1);
    CHECK(Training::imagined_rows(stage.agent.batches.at(0)) == 256);
  }
}

TEST_CASE("train_agent refuses a model share without model data, and rows of another size") {
  Learner agent;
  Counting real(10);
  CHECK_THROWS_WITH(stages().make("stage.train_agent", "model_share = 0.1",
                                  {{"agent", wire<rl::Agent>(agent)}, {"real", wire<rl::Dataset>(real)}}),
                    Contains("nothing is wired into 'model_data'"));
  agent.observations = 3;
  const auto made =
      stages().make("stage.train_agent", "", {{"agent", wire<rl::Agent>(agent)}, {"real", wire<rl::Dataset>(real)}});
  CHECK_THROWS_WITH(made->stage().run(),
                    Contains("have observation size 2 and action size 1, but the agent has 3 and 1"));
  CHECK(made->context->charged == 0);
}

TEST_CASE("train_agent continues with the same draws from a saved state") {
  Training whole("model_share = 0.5\nbatch = 4"), second("model_share = 0.5\nbatch = 4");
  whole.run(1, 5);
  Archive archive = whole.made->save();
  second.made->load(archive);
  whole.run(2, 10);
  second.run(2, 10);
  CHECK(whole.agent.batches == second.agent.batches);
}
