
#include <numbers>

#include "plugins/environments/suite.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

const Plugin& plugin() {
  static const Plugin loaded("env_classic");
  return loaded;
}

/// A component and its service.
struct Task {
  explicit Task(const std::string& type, const std::string& parameters = "")
      : made(plugin().make(type, parameters)), environment(made->service<rl::Environment>("environment")) {}
  std::unique_ptr<Made> made;
  rl::Environment& environment;
};

}  // namespace

TEST_CASE("pendulum follows the reference trajectory and reward") {
  const Task task("env.pendulum");
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers{1.0, 0.0});
  double total = 0.0;
  for (int step = 1; step <= 20; ++step) {
    const rl::StepResult result = runner.step({0.5});
    total += result.reward;
    const Numbers state = runner.state();
    const auto expect = [&](double theta, double speed) {
      CHECK(state[0] == Approx(theta).epsilon(0).margin(1e-8));
      CHECK(state[1] == Approx(speed).epsilon(0).margin(1e-8));
    };
    if (step == 1) {
      expect(1.03530516, 0.70610324);
      CHECK(result.reward == Approx(-1.00025).epsilon(0).margin(1e-12));
    }
    if (step == 2) expect(1.10661100, 1.42611682);
    if (step == 5) expect(1.55062332, 3.75865378);
    if (step == 10) {
      expect(3.04989864, 7.13860670);
      CHECK(total == Approx(-45.52576747).epsilon(0).margin(1e-7));
    }
    if (step == 20) {
      expect(5.63876457, 2.69129036);
      CHECK(total == Approx(-118.30880443).epsilon(0).margin(1e-7));
    }
    CHECK(runner.next == runner.observation());
    CHECK(runner.next[0] == Approx(std::cos(state[0])).margin(1e-12));
    CHECK(runner.next[1] == Approx(std::sin(state[0])).margin(1e-12));
    CHECK(runner.next[2] == state[1]);
  }
}

TEST_CASE("pendulum clips torque and speed") {
  const Task task("env.pendulum");
  CHECK(task.environment.spec().action_low == Numbers{-2.0});
  CHECK(task.environment.spec().action_high == Numbers{2.0});
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers{0.0, 0.0});
  CHECK(runner.step({50.0}).reward == Approx(-0.004));  // 0.001 * 2^2
  CHECK(runner.state()[1] == Approx(0.3));              // 3 * 2 * 0.05
  runner.simulation->set_state(Numbers{0.0, 0.0});
  runner.step({-50.0});
  CHECK(runner.state()[1] == Approx(-0.3));
  runner.simulation->set_state(Numbers{1.0, 7.9});
  runner.step({2.0});
  CHECK(runner.state()[1] == 8.0);
}

TEST_CASE("pendulum's angle: the next observation is not wrapped, wrap() and observation() are") {
  const double pi = std::numbers::pi;
  const Task task("env.pendulum", "observe = 'angle'");
  REQUIRE(task.environment.spec().observation_size == 2);
  Walker runner(task.environment);
  for (const double turns : {-3.0, 0.0, 2.0})
    for (const double direction : {1.0, -1.0}) {
      runner.simulation->set_state(Numbers{direction * (pi - 0.01) + turns * 2 * pi, direction * 5.0});
      const Numbers before = runner.observation();
      CHECK(before[0] == Approx(direction * (pi - 0.01)));
      runner.step({0.0});
      CHECK(runner.next[0] == before[0] + runner.next[1] * 0.05);
      CHECK(direction * runner.next[0] > pi);
      Numbers wrapped = runner.next;
      task.environment.wrap(wrapped);
      CHECK(wrapped[0] == Approx(runner.next[0] - direction * 2 * pi));
      CHECK(wrapped[1] == runner.next[1]);
      CHECK(runner.observation()[0] == Approx(wrapped[0]).margin(1e-12));
      CHECK(runner.observation()[1] == wrapped[1]);
    }

  // Ends of the interval: [-pi, pi). The reward knows no turns.
  Numbers ends{pi, 1.0, -pi, 1.0, std::nextafter(-pi, -4.0), 1.0, std::nextafter(pi, 0.0), 1.0, 0.5, 9.0};
  task.environment.wrap(ends);
  for (std::size_t index = 0; index < ends.size(); index += 2) {
    CHECK(ends[index] >= -pi);
    CHECK(ends[index] < pi);
  }
  CHECK(ends[0] == -pi);
  CHECK(ends[2] == -pi);
  CHECK(ends[8] == 0.5);
  CHECK(ends[9] == 9.0);
  runner.simulation->set_state(Numbers{0.3 + 4 * pi, 2.0});
  CHECK(runner.step({0.0}).reward == Approx(-(0.09 + 0.4)));
}

TEST_CASE("clip() limits the pendulum's predicted speed, cosine and sine to what steps write") {
  const Task angle("env.pendulum", "observe = 'angle'"), trig("env.pendulum");
  Numbers rows{9.0, 37.0, -9.0, -8.5, 1.0, 7.5};
  angle.environment.clip(rows);
  CHECK(rows == Numbers{9.0, 8.0, -9.0, -8.0, 1.0, 7.5});
  Numbers circle{1.5, -1.25, 9.0, 0.5, -0.5, -9.0};
  trig.environment.clip(circle);
  CHECK(circle == Numbers{1.0, -1.0, 8.0, 0.5, -0.5, -8.0});
  check_environment_clip(angle.environment);
  check_environment_clip(trig.environment);
}

TEST_CASE("wrap() does not change cos and sin") {
  const Task task("env.pendulum");
  Numbers row{9.0, 8.0, 7.0};
  task.environment.wrap(row);
  CHECK(row == Numbers{9.0, 8.0, 7.0});
}

TEST_CASE("cartpole follows its equations of motion") {
  const Task task("env.cartpole");
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers(4, 0.0));
  CHECK(runner.step({1.0}).reward == 1.0);
  CHECK(runner.next == runner.state());
  CHECK(runner.next[0] == 0.0);  // positions move with the old velocities
  CHECK(runner.next[1] == Approx(8.0 / 41.0));
  CHECK(runner.next[2] == 0.0);
  CHECK(runner.next[3] == Approx(-12.0 / 41.0));

  // Lagrange's equations of a uniform pole on a cart, solved for nothing: both residuals vanish.
  Random random(1);
  for (int count = 0; count < 50; ++count) {
    const Numbers s{random.uniform(-2.0, 2.0), random.normal(), random.uniform(-0.2, 0.2), random.normal()};
    const double action = random.uniform(-1.0, 1.0);
    runner.simulation->set_state(s);
    runner.step({action});
    const double linear = (runner.next[1] - s[1]) / 0.02, angular = (runner.next[3] - s[3]) / 0.02;
    const double c = std::cos(s[2]), sn = std::sin(s[2]);
    CHECK(1.1 * linear + 0.05 * (angular * c - s[3] * s[3] * sn) == Approx(10.0 * action).margin(1e-9));
    CHECK(4.0 / 3.0 * 0.5 * angular + linear * c == Approx(9.8 * sn).margin(1e-9));
    CHECK(runner.next[0] == Approx(s[0] + 0.02 * s[1]));
    CHECK(runner.next[2] == Approx(s[2] + 0.02 * s[3]));
  }
}

TEST_CASE("cartpole terminates when it falls, and the action is clipped") {
  const Task task("env.cartpole");
  CHECK(task.environment.spec().action_low == Numbers{-1.0});
  CHECK(task.environment.spec().action_high == Numbers{1.0});
  const double angle = 12.0 * std::numbers::pi / 180.0;
  for (const double sign : {1.0, -1.0}) {
    CHECK(ends(task.environment, {sign * 2.41, 0, 0, 0}));
    CHECK_FALSE(ends(task.environment, {sign * 2.39, 0, 0, 0}));
    CHECK(ends(task.environment, {0, 0, sign * (angle + 1e-6), 0}));
    CHECK_FALSE(ends(task.environment, {0, 0, sign * (angle - 1e-6), 0}));
  }
  CHECK_FALSE(ends(task.environment, {0, 1e3, 0, -1e3}));
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers{2.39, 1.0, 0.0, 0.0});
  const rl::StepResult result = runner.step({7.0});
  CHECK(result.terminated);
  CHECK(result.reward == 1.0);
  CHECK(runner.next[1] == Approx(1.0 + 8.0 / 41.0));
}

TEST_CASE("a state of cartpole that overflows is an error") {
  const Task task("env.cartpole");
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers{0.0, 0.0, 0.1, 1e200});
  CHECK(error_of([&] { runner.step({0.0}); }).find("state after the step is not finite: number ") == 0);
}

TEST_CASE("starts lie in the range of the task") {
  const Task pendulum("env.pendulum"), cartpole("env.cartpole");
  Walker swinging(pendulum.environment), balancing(cartpole.environment);
  double largest_angle = 0.0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    swinging.simulation->reset(seed);
    const Numbers state = swinging.state();
    CHECK(std::abs(state[0]) <= std::numbers::pi);
    CHECK(std::abs(state[1]) <= 1.0);
    largest_angle = std::max(largest_angle, std::abs(state[0]));
    balancing.simulation->reset(seed);
    for (const double value : balancing.state()) CHECK(std::abs(value) <= 0.05);
  }
  CHECK(largest_angle > 3.0);
}

TEST_CASE("classic tasks pass the checks of every environment") {
  const std::string type = GENERATE("env.pendulum", "env.cartpole");
  const Task task(type), twin(type);
  check_environment_seeding(task.environment);
  check_environment_state(task.environment);
  check_save(task.environment, twin.environment, 20, 1.0);
  check_bad_numbers(task.environment);
  const Task limited(type, "time_limit = 5"), unlimited(type, "time_limit = 0");
  check_time_limit(limited.environment, 5);
  const int ended = check_termination(limited.environment, 50) + check_termination(task.environment, 2000);
  CHECK((ended > 0) == (type == "env.cartpole"));
  CHECK(task.environment.spec().time_limit == (type == "env.cartpole" ? 1000 : 200));

  Walker runner(unlimited.environment);
  runner.simulation->set_state(runner.state());
  for (int count = 0; count < 1500; ++count) CHECK_FALSE(runner.step({0.0}).truncated);
}

TEST_CASE("a task that terminates at its time limit is not truncated") {
  const Task task("env.cartpole", "time_limit = 1");
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers{2.39, 1.0, 0.0, 0.0});
  const rl::StepResult result = runner.step({0.0});
  CHECK(result.terminated);
  CHECK_FALSE(result.truncated);
}

TEST_CASE("pendulum with an angle passes the checks of every environment") {
  const Task task("env.pendulum", "observe = 'angle'"), twin("env.pendulum", "observe = 'angle'");
  check_environment_seeding(task.environment);
  check_save(task.environment, twin.environment, 20, 1.0);
  CHECK(check_termination(task.environment, 1000) == 0);
}
