
#include "../plugins/env_distracted/distractors.h"
#include "plugins/environments/suite.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

const Plugin& plugin() {
  static const Plugin loaded("env_distracted");
  return loaded;
}

/// A task of env_classic and env.distracted around it.
struct Task {
  explicit Task(const std::string& type, const std::string& parameters = "", const std::string& distraction = "",
                uint64_t run_seed = 0, const std::string& name = "component")
      : bare_made(Plugin("env_classic").make(type, parameters)),
        bare(bare_made->service<rl::Environment>("environment")),
        made(plugin().make("env.distracted", distraction, {{"env", wire(bare)}}, run_seed, name)),
        environment(made->service<rl::Environment>("environment")) {}
  std::unique_ptr<Made> bare_made;
  rl::Environment& bare;
  std::unique_ptr<Made> made;
  rl::Environment& environment;
};

Numbers tail(const Numbers& values, std::size_t count) {
  return Numbers(values.end() - static_cast<long>(count), values.end());
}

}  // namespace

TEST_CASE("the chaotic map follows the reference") {
  const distracted::ChaoticMap map{{0.5, -1, 0.25, 1.5}, {1, 4, 9, 0.25}, {7, 8}};
  Numbers values{0.1, -0.2};
  for (const Numbers& expected : {Numbers{0.17487195949, -0.19306119611}, Numbers{0.21584639414, -0.18310447287},
                                  Numbers{0.23524600814, -0.16610054582}}) {
    map.apply(values);
    for (std::size_t index = 0; index < 2; ++index)
      CHECK(values[index] == Approx(expected[index]).epsilon(0).margin(1e-10));
  }
  values = {-25.0, 13.0};  // A d = (-25.5, 13.25): only what leaves 20 is replaced
  map.apply(values);
  CHECK(values[0] == 7.0);
  CHECK(values[1] == Approx(13.25 + 0.1 * std::sin(9 * -25.5 + 0.25 * 13.25)));
}

TEST_CASE("constants have the distributions of the reference") {
  const distracted::ChaoticMap map = distracted::ChaoticMap::draw(100, 1);
  double linear = 0.0, frequency = 0.0, fallback = 0.0;
  for (const double value : map.linear) linear += value * value / 1e4;
  for (const double value : map.frequency) {
    CHECK(value >= 0.0);
    frequency += value / 1e4;
  }
  for (const double value : map.fallback) fallback += value * value / 1e2;
  CHECK(linear == Approx(1.0).margin(0.06));      // deviation 0.014
  CHECK(frequency == Approx(100.0).margin(6.0));  // deviation 1.4
  CHECK(fallback == Approx(1.0).margin(0.5));     // deviation 0.14
}

TEST_CASE("the task is the same as without distractors, which follow the map and ignore actions") {
  Task task("env.pendulum", "observe = 'angle'", "count = 4", 17);
  const rl::EnvironmentSpec &spec = task.environment.spec(), &bare_spec = task.bare.spec();
  CHECK(spec.observation_size == 6);
  CHECK(spec.state_size == 6);
  CHECK(spec.action_size == 1);
  CHECK(spec.action_low == bare_spec.action_low);
  CHECK(spec.action_high == bare_spec.action_high);
  CHECK(spec.time_limit == 200);
  CHECK(spec.has_termination);

  const auto map = distracted::ChaoticMap::draw(4, task.made->context->run_seed("env.distracted"));
  Walker runner(task.environment), idle(task.environment), bare(task.bare);
  runner.simulation->reset(9);
  idle.simulation->reset(9);
  bare.simulation->reset(9);
  Numbers expected = tail(runner.observation(), 4);
  Random actions(9);
  bool switched = false;
  for (int count = 0; count < 150; ++count) {
    const Numbers action = random_action(spec, actions);
    const rl::StepResult found = runner.step(action), plain = bare.step(action);
    idle.step({0.0});
    map.apply(expected);
    CHECK(found.reward == plain.reward);
    CHECK(Numbers(runner.next.begin(), runner.next.begin() + 2) == bare.next);
    CHECK(tail(runner.next, 4) == expected);
    CHECK(tail(idle.next, 4) == expected);
    CHECK(tail(runner.observation(), 4) == expected);
    CHECK(tail(runner.state(), 4) == expected);
    for (std::size_t index = 0; index < 4; ++index) switched = switched || expected[index] == map.fallback[index];
  }
  CHECK(switched);
}

TEST_CASE("scale changes only what is observed, not the distractors or the task") {
  for (const std::string noise : {"false", "true"}) {
    INFO("noise " << noise);
    Task plain("env.pendulum", "", "count = 3\nnoise = " + noise, 5);
    Task scaled("env.pendulum", "", "count = 3\nscale = 0.25\nnoise = " + noise, 5);
    Walker one(plain.environment), other(scaled.environment);
    one.simulation->reset(4);
    other.simulation->reset(4);
    for (int count = 0; count < 20; ++count) {
      const Numbers seen = one.observation(), shown = other.observation();
      CHECK(Numbers(shown.begin(), shown.begin() + 3) == Numbers(seen.begin(), seen.begin() + 3));
      for (std::size_t index = 3; index < 6; ++index) CHECK(shown[index] == 0.25 * seen[index]);
      CHECK(other.state() == one.state());
      one.step({0.5});
      other.step({0.5});
      CHECK(other.next == other.observation());
    }
  }
}

TEST_CASE("distractors start small and are mapped once") {
  Task task("env.pendulum", "", "count = 1", 3);
  const auto map = distracted::ChaoticMap::draw(1, task.made->context->run_seed("env.distracted"));
  Walker runner(task.environment);
  double sum = 0.0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    runner.simulation->reset(seed);
    const double start = runner.observation().back();
    CHECK(std::abs(start) <= std::abs(map.linear[0]) * 0.5 + 0.1);
    sum += start * start / 400.0;
  }
  CHECK(sum > 0.25 * 0.01 * map.linear[0] * map.linear[0]);
}

TEST_CASE("training and evaluation share the dynamics; runs differ") {
  const auto after_a_step = [](uint64_t run_seed, const std::string& name) {
    Task task("env.cartpole", "", "count = 3", run_seed, name);
    Walker runner(task.environment);
    runner.simulation->set_state(Numbers{0, 0, 0, 0, 0.1, 0.2, 0.3});
    runner.step({0.0});
    return tail(runner.next, 3);
  };
  CHECK(after_a_step(1, "env") == after_a_step(1, "evaluation_env"));
  CHECK(after_a_step(1, "env") != after_a_step(2, "env"));
}

TEST_CASE("pure noise is standard normal, new at each step, from the reset seed") {
  Task task("env.cartpole", "time_limit = 0", "count = 5\nnoise = true");
  Walker runner(task.environment);
  double sum = 0.0, squares = 0.0;
  Numbers before(5, 0.0);
  for (uint64_t seed = 0; seed < 400; ++seed) {
    runner.simulation->reset(seed);
    for (int step = 0; step < 2; ++step) {
      const Numbers noise = tail(runner.observation(), 5);
      CHECK(noise != before);
      before = noise;
      for (const double value : noise) {
        sum += value / 4000.0;
        squares += value * value / 4000.0;
      }
      runner.step({0.0});
    }
  }
  CHECK(sum == Approx(0.0).margin(0.08));      // deviation 0.016
  CHECK(squares == Approx(1.0).margin(0.11));  // deviation 0.022
}

TEST_CASE("termination, clip and wrap use only the dimensions of the task") {
  Task balance("env.cartpole", "", "count = 2");
  CHECK_FALSE(ends(balance.environment, {0, 0, 0, 0, 1e6, -1e6}));
  CHECK(ends(balance.environment, {2.5, 0, 0, 0, 0, 0}));
  std::vector<uint8_t> out(3, 2);
  balance.environment.terminated(Numbers{0, 0, 0, 0, 9, 9, 0, 0, 1, 0, 9, 9, 0, 0, 0, 0, 9, 9}, out);
  CHECK(out == std::vector<uint8_t>{0, 1, 0});

  Task swing("env.pendulum", "observe = 'angle'", "count = 1");
  Numbers rows{3.2, 4.0, 9.0, -3.2, 4.0, -9.0};
  swing.environment.wrap(rows);
  CHECK(rows[0] == Approx(3.2 - 6.283185307179586));
  CHECK(rows[3] == Approx(-3.2 + 6.283185307179586));
  CHECK(rows[2] == 9.0);
  CHECK(rows[5] == -9.0);
  Numbers fast{0.1, 30.0, 9.0, 0.2, -30.0, -9.0};
  swing.environment.clip(fast);
  CHECK(fast == Numbers{0.1, 8.0, 9.0, 0.2, -8.0, -9.0});
}

TEST_CASE("distracted tasks pass the checks of every environment") {
  const std::string distraction = GENERATE("count = 3", "count = 3\nnoise = true", "count = 0");
  Task task("env.cartpole", "", distraction), twin("env.cartpole", "", distraction);
  Task limited("env.cartpole", "time_limit = 5", distraction);
  check_environment_seeding(task.environment);
  check_save(task.environment, twin.environment, 20, 1.0);
  check_bad_numbers(task.environment);
  check_time_limit(limited.environment, 5);
  CHECK(check_termination(task.environment, 500) > 0);
  if (distraction == "count = 3") check_environment_state(task.environment);
}

TEST_CASE("a distracted task can be distracted again") {
  Task inner("env.pendulum", "", "count = 2");
  auto outer = plugin().make("env.distracted", "count = 1", {{"env", wire(inner.environment)}});
  auto& environment = outer->service<rl::Environment>("environment");
  CHECK(environment.spec().observation_size == 6);
  check_environment_seeding(environment);
}
