// The agent and its policy: features, actions, saved state and errors.
#include <cmath>
#include <cstring>
#include <limits>

#include "support/agent_bench.h"
#include "weft/testing/catch.h"

using namespace weft;
using testing::hopper_like;
using testing::read;
using testing::Sac;
using testing::Task;

TEST_CASE("the networks see an angle as a point on the circle") {
  Sac sac(Task(2, {-2.0}, {2.0}), "hidden = [16]\nfeatures = \"angle\"");
  const float turn = 6.28318531f;
  const float observations[] = {0.5f, 1.0f, 0.5f + turn, 1.0f, 0.6f, 1.0f};
  float actions[3];
  sac.policy.deterministic(3, observations, actions);
  CHECK(actions[0] == Approx(actions[1]).margin(1e-6));
  CHECK(std::fabs(actions[0] - actions[2]) > 1e-4);
  // So do updates: a full turn changes the loss only by rounding.
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 9, 3);
  Sac turned(Task(2, {-2.0}, {2.0}), "hidden = [16]\nfeatures = \"angle\"");
  sac.agent.update(buffer.batch());
  for (int64_t row = 0; row < 9; ++row) {
    buffer.rows().observation[2 * row] += turn;
    buffer.rows().next_observation[2 * row] -= turn;
  }
  turned.agent.update(buffer.batch());
  CHECK(turned.last("critic_loss") == Approx(sac.last("critic_loss")).epsilon(1e-5));
  CHECK(turned.last("actor_loss") == Approx(sac.last("actor_loss")).epsilon(1e-5));
}

TEST_CASE("features of an angle need observations that begin with one") {
  const std::string parameters = "hidden = [4]\nfeatures = \"angle\"";
  for (const double period : {0.0, 2.0, 1.0, 180.0}) {  // nothing is wrapped, or not at a turn in rad
    Task task(2, {-2.0}, {2.0});
    task.period = period;
    CHECK_THROWS_WITH(Sac(task, parameters),
                      weft::testing::Contains("\"angle\" needs observations whose first number is an") &&
                          weft::testing::Contains("use features = \"none\", or wire an environment"));
    CHECK_NOTHROW(Sac(task, "hidden = [4]"));
  }

  const testing::Plugin classic("env_classic"), distracted("env_distracted");
  const auto agent_of = [&](const testing::Made& environment) {
    auto& task = environment.service<rl::Environment>("environment");
    Sac::plugin().make("agent.sac", parameters, {{"env", testing::wire<rl::Environment>(task)}});
  };
  const auto angle = classic.make("env.pendulum", "observe = \"angle\"");
  const testing::Wires inside = {{"env", testing::wire(angle->service<rl::Environment>("environment"))}};
  CHECK_NOTHROW(agent_of(*angle));
  CHECK_NOTHROW(agent_of(*distracted.make("env.distracted", "", inside)));
  CHECK_THROWS_AS(agent_of(*classic.make("env.pendulum", "observe = \"trig\"")), SetupError);
  CHECK_THROWS_AS(agent_of(*classic.make("env.cartpole")), SetupError);
}

TEST_CASE("actions stay inside the bounds of the environment") {
  // 0.4 as a float is more than 0.4.
  Sac sac(Task(1, {-0.4, -0.3, 0.7}, {0.4, 0.1, 0.9}), "hidden = [4]");
  std::vector<float> observations(1000);
  Random random(1);
  random.normal(observations.data(), 1000);
  for (float& value : observations) value *= 100.0f;  // saturates
  std::vector<float> actions(3000);
  for (const bool drawn : {true, false}) {
    if (drawn) {
      sac.policy.sample(1000, observations.data(), random, actions.data());
    } else {
      sac.policy.deterministic(1000, observations.data(), actions.data());
    }
    double lowest = 1.0, highest = -1.0;
    for (std::size_t index = 0; index < actions.size(); ++index) {
      const double value = static_cast<double>(actions[index]);
      CHECK(value >= sac.task.spec().action_low[index % 3]);
      CHECK(value <= sac.task.spec().action_high[index % 3]);
      if (index % 3 != 0) continue;
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    CHECK(lowest == Approx(-0.4));
    CHECK(highest == Approx(0.4));
  }
}

TEST_CASE("drawn actions have the distribution of the policy") {
  Sac sac(Task(1, {-2.0}, {2.0}), "hidden = [4]");
  // With weights of zero the output is the bias: mean 0.2, log deviation -1.5.
  testing::Archive archive = sac.made->save();
  std::vector<float> weights(testing::network(archive, "policy").size());
  weights[weights.size() - 2] = 0.2f;
  testing::set_network(archive, "policy", weights);
  sac.made->load(archive);
  const int64_t count = 40000;
  std::vector<float> observations(count, 0.0f), actions(count);
  Random random(5);
  sac.policy.sample(count, observations.data(), random, actions.data());
  double sum = 0.0, squares = 0.0;
  for (const float action : actions) {
    const double x = std::atanh(0.5 * static_cast<double>(action));
    sum += x;
    squares += x * x;
  }
  const double mean = sum / count;
  CHECK(mean == Approx(0.2).margin(0.005));
  CHECK(std::sqrt(squares / count - mean * mean) == Approx(std::exp(-1.5)).epsilon(0.02));
  sac.policy.deterministic(1, observations.data(), actions.data());
  CHECK(actions[0] == Approx(2.0 * std::tanh(0.2)).epsilon(1e-6));
}

TEST_CASE("a saved agent continues with the same bytes, for any number of threads") {
  testing::check_continues<Sac>("hidden = [32, 32]\nactor_every = 2\ntarget_every = 2");
}

TEST_CASE("the error of a loss that is not finite names the loss and the cause") {
  Sac sac(hopper_like, "hidden = [8]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, sac.task.spec(), 6, 1);
  buffer.rows().reward[4] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH(sac.agent.update(buffer.batch()),
                    weft::testing::Contains("the critic loss is") &&
                        weft::testing::Contains("in update 1; a finite number") &&
                        weft::testing::Contains("the reward of row 4 of the batch is nan"));
  Sac other(hopper_like, "hidden = [8]");
  testing::fill(buffer, sac.task.spec(), 6, 1);
  testing::Archive archive = other.made->save();
  auto weights = testing::network(archive, "policy");
  weights.back() = std::numeric_limits<float>::infinity();
  weights[0] = std::numeric_limits<float>::quiet_NaN();
  testing::set_network(archive, "policy", weights);
  other.made->load(archive);
  std::fill_n(buffer.rows().terminated, 6, uint8_t{1});  // the critics' loss stays finite
  CHECK_THROWS_WITH(other.agent.update(buffer.batch()), weft::testing::Contains("the actor loss is nan in update 1") &&
                                                            weft::testing::Contains("lower the learning rates"));
}

TEST_CASE("critics whose mean value no policy can have are reported once") {
  // Rewards in [-1, 1] and gamma = 0.5: values lie in [-2, 2], plus entropy bonuses of at most alpha times a few nats.
  const auto agent_with_value = [](float value) {
    auto sac = std::make_unique<Sac>(hopper_like, "hidden = [8]\ngamma = 0.5\ninitial_alpha = 0.01");
    testing::Archive archive = sac->made->save();
    for (const char* critic : {"critic_0", "critic_1"}) {
      auto weights = testing::network(archive, critic);
      weights.back() = value;  // the bias of the output
      testing::set_network(archive, critic, weights);
    }
    sac->made->load(archive);
    return sac;
  };
  rl::TransitionBuffer buffer;
  testing::fill(buffer, hopper_like.spec(), 64, 1);
  for (int64_t row = 0; row < 64; ++row) buffer.rows().reward[row] = row % 2 == 0 ? 1.0f : -1.0f;
  for (const float value : {3.0f, -3.0f}) {  // outside, but not by the width of the range
    const auto sound = agent_with_value(value);
    sound->agent.update(buffer.batch());
    CHECK(sound->made->context->messages.empty());
  }
  for (const float value : {9.0f, -9.0f}) {
    const auto diverged = agent_with_value(value);
    diverged->agent.update(buffer.batch());
    REQUIRE(diverged->made->context->messages.size() == 1);
    CHECK_THAT(diverged->made->context->messages[0],
               weft::testing::Contains(value > 0 ? "the mean value of the critics is 9"
                                                 : "the mean value of the critics is -9") ||
                   weft::testing::Contains(value > 0 ? "the mean value of the critics is 8.9"
                                                     : "the mean value of the critics is -8.9"));
    CHECK_THAT(diverged->made->context->messages[0], weft::testing::Contains("no policy has a value outside -2.0") &&
                                                         weft::testing::Contains("the critics have diverged"));
    diverged->agent.update(buffer.batch());
    CHECK(diverged->made->context->messages.size() == 1);
    Sac resumed(hopper_like, "hidden = [8]\ngamma = 0.5\ninitial_alpha = 0.01");
    testing::Archive saved = diverged->made->save();
    resumed.made->load(saved);
    resumed.agent.update(buffer.batch());
    CHECK(resumed.made->context->messages.empty());
  }
}

TEST_CASE("batches and environments of the wrong sizes or bounds are refused") {
  Sac sac(hopper_like, "hidden = [8]");
  rl::TransitionBuffer buffer;
  testing::fill(buffer, Task(4, {-1.0, -1.0, -1.0}, {1.0, 1.0, 1.0}).spec(), 2, 1);
  CHECK_THROWS_WITH(
      sac.agent.update(buffer.batch()),
      weft::testing::Contains("update() was called with 2 rows of observation size 4 and action size 3; at least 1 "
                              "row of 5 and 3 was expected"));
  buffer.resize(0, 5, 3);
  CHECK_THROWS_WITH(sac.agent.update(buffer.batch()), weft::testing::Contains("update() was called with 0 rows"));
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(Sac(Task(2, {-infinity}, {1.0}), ""), weft::testing::Contains("action 0 has the bounds [-inf, 1]"));
  CHECK_THROWS_WITH(Sac(Task(2, {1.0}, {1.0}), ""), weft::testing::Contains("finite bounds with low < high"));
}
