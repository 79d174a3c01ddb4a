// stage.imagine with an exact model of the ring.
#include "weft/rl/model.h"  // before Catch, whose CHECK has to be the last

#include "stages.h"
#include "support/stage_fakes.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// x' = x + action / 2 and one step more; the reward is x. Only sample() is called.
struct RingModel final : rl::DynamicsModel {
  int64_t members() const override { return 1; }
  int64_t elites() const override { return 1; }
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  bool has_log_variance() const override { return false; }
  void begin_fit(const rl::FitData&) override {}
  rl::Prediction predict(const at::Tensor&, const at::Tensor&) override { return {}; }
  void step(const rl::AdamSettings&) override {}
  void snapshot(int64_t) override {}
  void restore(int64_t) override {}
  void set_elites(const std::vector<int64_t>&) override {}
  void sample(int64_t batch, const float* observation, const float* action, Random&, float* next,
              float* reward) override {
    batches.push_back(batch);
    for (int64_t row = 0; row < batch; ++row) {
      REQUIRE((observation[2 * row] >= -1.0f && observation[2 * row] < 1.0f));
      next[2 * row] = observation[2 * row] + action[row] / 2.0f;
      next[2 * row + 1] = broken ? std::numeric_limits<float>::infinity() : observation[2 * row + 1] + 1.0f;
      reward[row] = observation[2 * row];
    }
  }
  int64_t observations = 2;
  bool broken = false;
  std::vector<int64_t> batches;
};

/// Starts on the ring: x = -1, -0.9, ..., 0.7. Their next observations are (x + spread, 1) and (x - spread, 1) by
/// turns.
struct Starts final : rl::Dataset {
  int64_t size() const override { return rows; }
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  void gather(Span<const int64_t> wanted, rl::TransitionRows out) const override {
    for (std::size_t index = 0; index < wanted.size; ++index) {
      out.observation[2 * index] = -1.0f + 0.1f * static_cast<float>(wanted[index]);
      out.observation[2 * index + 1] = 0.0f;
      out.next_observation[2 * index] = out.observation[2 * index] + (wanted[index] % 2 == 0 ? spread : -spread);
      out.next_observation[2 * index + 1] = 1.0f;
      out.reward[index] = out.observation[2 * index];
    }
  }
  int64_t rows = 18, observations = 2;
  float spread = 0.1f;
};

struct Imagining {
  explicit Imagining(const std::string& parameters) {
    made = stages().make("stage.imagine", parameters, wires());
    made->connect<rl::TransitionSink>("transitions", recorder);
  }
  Wires wires() {
    return {{"model", wire<rl::DynamicsModel>(model)},
            {"starts", wire<rl::Dataset>(starts)},
            {"policy", wire<rl::Policy>(policy)},
            {"env", wire<rl::Environment>(ring)}};
  }
  void run(int64_t tick) {
    recorder = {};
    made->context->now = tick;
    made->stage().run();
  }
  Ring ring;
  RingPolicy policy;
  RingModel model;
  Starts starts;
  Recorder recorder;
  std::unique_ptr<Made> made;
};

}  // namespace

TEST_CASE("imagined rollouts continue from wrapped observations and stop where the task terminates") {
  Imagining stage("rollouts = 300\nhorizon = 6");
  stage.run(1);
  const auto& steps = stage.recorder.batches;
  REQUIRE(steps.size() == 6);
  REQUIRE(steps[0].size() == 300);
  bool beyond = false;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    std::vector<std::vector<float>> expected;
    for (const Row& row : steps[step]) {
      CHECK(row.observation[1] == static_cast<float>(step));
      CHECK(row.next_observation[0] == row.observation[0] + row.action[0] / 2.0f);
      CHECK(row.reward == row.observation[0]);
      CHECK(row.terminated == (row.next_observation[0] >= 0.9f ? 1 : 0));
      CHECK(row.truncated == (step == 5 && !row.terminated ? 1 : 0));
      beyond = beyond || row.next_observation[0] < -1.0f;
      if (row.terminated) continue;
      expected.push_back({static_cast<float>(Ring::wrapped(row.next_observation[0])), row.next_observation[1]});
    }
    if (step + 1 == steps.size()) continue;
    REQUIRE(steps[step + 1].size() == expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row) CHECK(steps[step + 1][row].observation == expected[row]);
  }
  CHECK(beyond);
  CHECK(steps[5].size() < 300);
  CHECK(steps[5].size() > 0);
}

TEST_CASE("the horizon follows its ramp, floored, with progress after each step") {
  Imagining stage("rollouts = 20\nhorizon = { from = 1, to = 3, between = [100, 200] }");
  for (const auto& [tick, horizon] :
       std::vector<std::pair<int64_t, std::size_t>>{{1, 1}, {149, 1}, {150, 2}, {199, 2}, {200, 3}, {999, 3}}) {
    stage.made->context->activity.clear();
    stage.run(tick);
    CHECK(stage.made->context->activity.size() == horizon);
    CHECK(stage.recorder.batches.size() == horizon);
    CHECK(stage.made->context->metrics["horizon"].back() == static_cast<double>(horizon));
  }
}

TEST_CASE("a horizon that is surely a mistake is reported when the stage is made") {
  CHECK(Imagining("rollouts = 4\nhorizon = 1000").made->context->messages.empty());
  const Imagining stage("rollouts = 4\nhorizon = 100_000");
  REQUIRE(stage.made->context->messages.size() == 1);
  CHECK_THAT(
      stage.made->context->messages[0],
      StartsWith("a horizon of 100000 steps is probably a mistake: errors of a model add up from step to step, and "
                 "each firing imagines up to 400000 rows"));
}

TEST_CASE("no further step is taken when every rollout has ended") {
  Imagining stage("rollouts = 5\nhorizon = 1000");
  stage.run(1);
  CHECK(stage.recorder.batches.size() < 1000);
  CHECK(stage.made->context->metrics["terminated"].back() == 1.0);
  double sum = 0.0;
  for (const Row& row : stage.recorder.rows) sum += static_cast<double>(row.reward);
  CHECK(stage.made->context->metrics["reward"].back() ==
        Approx(sum / static_cast<double>(stage.recorder.rows.size())).margin(1e-9));
}

TEST_CASE("imagined next observations are clipped before they are emitted and continued from") {
  Imagining stage("rollouts = 50\nhorizon = 3");
  stage.ring.most_steps = 1.5;
  stage.run(1);
  REQUIRE(stage.recorder.batches.size() == 3);
  for (const Row& row : stage.recorder.batches[0]) CHECK(row.next_observation[1] == 1.0f);
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}})
    for (const Row& row : stage.recorder.batches[step]) {
      CHECK(row.observation[1] == (step == 1 ? 1.0f : 1.5f));
      CHECK(row.next_observation[1] == 1.5f);
    }
}

TEST_CASE("imagined rows outside the widened range of the real rows are counted and reported once") {
  Imagining stage("rollouts = 400\nhorizon = 1");
  stage.run(1);
  CHECK(stage.made->context->metrics["outside"].back() == 0.0);
  // The real next observations have second number 1: the range has no width, and another number lies outside.
  stage.made.reset();
  Imagining longer("rollouts = 400\nhorizon = 2");
  longer.run(1);
  const auto& steps = longer.recorder.batches;
  REQUIRE(steps.size() == 2);
  const double expected = static_cast<double>(steps[1].size()) / static_cast<double>(steps[0].size() + steps[1].size());
  CHECK(longer.made->context->metrics["outside"].back() == expected);
  CHECK(longer.made->context->messages.size() == 1);
  CHECK_THAT(longer.made->context->messages.back(),
             Contains("% of the imagined rows lie far outside the range of the real rows"));
  longer.run(2);
  CHECK(longer.made->context->messages.size() == 1);
  // The warning is not repeated after a resume.
  Imagining resumed("rollouts = 400\nhorizon = 2");
  Archive archive = longer.made->save();
  resumed.made->load(archive);
  resumed.run(3);
  CHECK(resumed.made->context->metrics["outside"].back() > 0.0);
  CHECK(resumed.made->context->messages.empty());
}

TEST_CASE("imagine continues with the same numbers from a saved state") {
  Imagining whole("rollouts = 10\nhorizon = 2"), second("rollouts = 10\nhorizon = 2");
  whole.run(1);
  Archive archive = whole.made->save();
  second.made->load(archive);
  whole.run(2);
  second.run(2);
  CHECK(whole.recorder.rows == second.recorder.rows);
}

TEST_CASE("imagine reports errors") {
  Imagining stage("rollouts = 10");
  stage.starts.rows = 0;
  CHECK_THROWS_WITH(stage.run(1), Contains("slot 'starts' is empty") && Contains("'from' in its schedule entry"));
  stage.starts.rows = 18;
  stage.model.broken = true;
  CHECK_THROWS_WITH(stage.run(1), Contains("the next observation that the model predicts is not finite"));
  CHECK(stage.recorder.rows.empty());
  stage.starts.observations = 3;
  CHECK_THROWS_WITH(stage.run(1), Contains("'starts' has observation size 3 and action size 1"));
  CHECK(stage.made->context->charged == 0);

  stage.model.observations = 3;
  CHECK_THROWS_WITH(stages().make("stage.imagine", "", stage.wires()), Contains("'model' has observation size 3"));
  stage.model.observations = 2;
  stage.ring.task.has_termination = false;
  CHECK_THROWS_WITH(stages().make("stage.imagine", "", stage.wires()),
                    Contains("has no termination function for batches"));
}
