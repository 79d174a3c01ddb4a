// stage.collect and stage.evaluate.

#include "stages.h"
#include "support/stage_fakes.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// A collecting stage on the bench, with the rows that it emits.
struct Collecting {
  explicit Collecting(const std::string& parameters, uint64_t seed = 0) {
    made = stages().make("stage.collect", parameters,
                         {{"env", wire<rl::Environment>(ring)}, {"policy", wire<rl::Policy>(policy)}}, seed);
    made->connect<rl::TransitionSink>("transitions", recorder);
  }
  void run(int64_t ticks) {
    for (int64_t tick = 0; tick < ticks; ++tick) {
      ++made->context->now;
      made->stage().run();
    }
  }
  Ring ring;
  RingPolicy policy;
  Recorder recorder;
  std::unique_ptr<Made> made;
};

}  // namespace

TEST_CASE("collect emits one row each time it runs, and the rows of an episode are connected") {
  Collecting stage("");
  stage.run(200);
  const std::vector<Row>& rows = stage.recorder.rows;
  REQUIRE(rows.size() == 200);
  REQUIRE(stage.recorder.batches.size() == 200);
  std::size_t ended = 0;
  double total = 0.0;
  for (std::size_t index = 0; index + 1 < rows.size(); ++index) {
    CHECK(rows[index].next_observation[0] ==
          Approx(rows[index].observation[0] + rows[index].action[0] / 2).margin(1e-6));
    CHECK(rows[index].terminated == (rows[index].next_observation[0] >= 0.9f ? 1 : 0));
    total += static_cast<double>(rows[index].reward);
    if (rows[index].terminated || rows[index].truncated) {
      CHECK(rows[index + 1].observation[1] == 0.0f);
      CHECK(stage.made->context->metrics["episode_return"].at(ended) == Approx(total).margin(1e-5));
      CHECK(stage.made->context->metrics["episode_length"].at(ended) == rows[index].next_observation[1]);
      total = 0.0;
      ++ended;
    } else {
      CHECK(rows[index + 1].observation[0] == static_cast<float>(Ring::wrapped(rows[index].next_observation[0])));
    }
  }
  CHECK(ended > 5);
  CHECK(stage.policy.seen.size() == 400);
  for (std::size_t index = 0; index < rows.size(); ++index)
    CHECK(stage.policy.seen[2 * index] == rows[index].observation[0]);
}

TEST_CASE("collect starts each episode from another seed") {
  Collecting stage("");
  stage.run(300);
  std::vector<uint64_t> resets = stage.ring.resets;
  std::sort(resets.begin(), resets.end());
  CHECK(resets.size() > 5);
  CHECK(std::unique(resets.begin(), resets.end()) == resets.end());
}

TEST_CASE("collect acts randomly up to and including tick `warmup`") {
  Collecting stage("warmup = 150");
  stage.run(150);
  CHECK(stage.policy.seen.empty());
  float smallest = 1.0f, largest = -1.0f;
  for (const Row& row : stage.recorder.rows) {
    smallest = std::min(smallest, row.action[0]);
    largest = std::max(largest, row.action[0]);
  }
  CHECK(smallest >= -0.1f);
  CHECK(smallest < -0.05f);
  CHECK(largest <= 0.7f);
  CHECK(largest > 0.65f);
  stage.run(1);
  CHECK(stage.policy.seen.size() == 2);
}

TEST_CASE("collect continues bit for bit from a saved state, within an episode and between two") {
  for (const int64_t before : {1, 2, 3, 5, 8, 13, 21, 34, 35, 36, 37, 38, 39, 40}) {
    Collecting whole("warmup = 30"), first("warmup = 30"), second("warmup = 30", 99);
    whole.run(before + 60);
    first.run(before);
    Archive archive = first.made->save();
    second.made->load(archive);
    second.made->context->now = before;
    second.run(60);
    const std::vector<Row> tail(whole.recorder.rows.begin() + before, whole.recorder.rows.end());
    CHECK(second.recorder.rows == tail);
    CHECK(second.made->save().entries == whole.made->save().entries);
  }
}

TEST_CASE("collect reports which number is not finite") {
  Collecting observation("warmup = 1000"), reward("warmup = 1000"), action("");
  observation.ring.bad_observation_at = 2.0;
  CHECK_THROWS_WITH(observation.run(100),
                    Contains("the next observation of the environment is not finite: number 0 of 2 is inf"));
  reward.ring.bad_reward_at = 1.0;
  CHECK_THROWS_WITH(reward.run(100), Contains("the reward of the environment is not finite"));
  action.policy.broken = true;
  CHECK_THROWS_WITH(action.run(1), Contains("the action of the policy is not finite"));
  CHECK(action.recorder.rows.empty());
}

TEST_CASE("collect and evaluate refuse a policy of another size") {
  Ring ring;
  RingPolicy policy;
  policy.observations = 3;
  for (const char* type : {"stage.collect", "stage.evaluate"})
    CHECK_THROWS_WITH(
        stages().make(type, "", {{"env", wire<rl::Environment>(ring)}, {"policy", wire<rl::Policy>(policy)}}),
        Contains("'policy' has observation size 3 and action size 1, but the environment of this stage has 2 and 1"));
}

TEST_CASE("evaluate runs the mean action from the same starts every time") {
  Ring ring;
  RingPolicy policy;
  const auto made = stages().make("stage.evaluate", "episodes = 7",
                                  {{"env", wire<rl::Environment>(ring)}, {"policy", wire<rl::Policy>(policy)}}, 5);
  made->stage().run();
  made->stage().run();

  std::vector<double> returns;
  double mean = 0.0, length = 0.0;
  for (uint64_t seed = 0; seed < 7; ++seed) {
    Ring::Run run(ring);
    run.reset(seed);
    rl::StepResult result;
    double total = 0.0, next[2];
    while (!result.terminated && !result.truncated) {
      const auto seen = static_cast<float>(Ring::wrapped(run.x));
      const double action = static_cast<double>(0.1f - 0.1f * seen);
      result = run.step({&action, 1}, {next, 2});
      total += result.reward;
      length += 1.0 / 7.0;
    }
    returns.push_back(total);
    mean += total / 7.0;
  }
  double squares = 0.0;
  for (const double total : returns) squares += (total - mean) * (total - mean);
  for (std::size_t time = 0; time < 2; ++time) {
    CHECK(made->context->metrics["return_mean"].at(time) == Approx(mean).epsilon(1e-12));
    CHECK(made->context->metrics["return_std"].at(time) == Approx(std::sqrt(squares / 6.0)).epsilon(1e-12));
    CHECK(made->context->metrics["return_min"].at(time) == *std::min_element(returns.begin(), returns.end()));
    CHECK(made->context->metrics["length_mean"].at(time) == Approx(length).epsilon(1e-12));
  }
  CHECK(made->context->metrics["return_mean"][0] == made->context->metrics["return_mean"][1]);
}

TEST_CASE("evaluate reports progress every hundred steps") {
  Ring ring;
  RingPolicy policy;
  ring.task.time_limit = 250;
  ring.task.action_high = {0.0};  // it stays where it starts
  const auto made = stages().make("stage.evaluate", "episodes = 2",
                                  {{"env", wire<rl::Environment>(ring)}, {"policy", wire<rl::Policy>(policy)}});
  made->stage().run();
  CHECK(made->context->activity ==
        std::vector<std::string>{"step 100, 2 episodes are running", "step 200, 2 episodes are running"});
}

TEST_CASE("evaluate requires a time limit") {
  Ring ring;
  RingPolicy policy;
  ring.task.time_limit = 0;
  CHECK_THROWS_WITH(
      stages().make("stage.evaluate", "", {{"env", wire<rl::Environment>(ring)}, {"policy", wire<rl::Policy>(policy)}}),
      Contains("no time limit") && Contains("set 'time_limit'"));
}
