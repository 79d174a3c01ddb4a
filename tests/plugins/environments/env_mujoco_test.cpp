#include <mujoco/mujoco.h>

#include <filesystem>

#include "plugins/environments/suite.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

const Plugin& plugin() {
  static const Plugin loaded("env_mujoco");
  return loaded;
}

/// A component and its service.
struct Task {
  explicit Task(const std::string& type, const std::string& parameters = "")
      : made(plugin().make(type, parameters)), environment(made->service<rl::Environment>("environment")) {}
  std::unique_ptr<Made> made;
  rl::Environment& environment;
};

const Numbers standing{0, 1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

/// 0.5 sin(0.1 t + i) for motor i.
Numbers wave(int t) {
  Numbers action;
  for (int motor = 0; motor < 3; ++motor) action.push_back(0.5 * std::sin(0.1 * t + motor));
  return action;
}

void check_close(const Numbers& found, const Numbers& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t index = 0; index < found.size(); ++index)
    CHECK(found[index] == Approx(expected[index]).epsilon(0).margin(1e-6));
}

double effort(const Numbers& action) {
  double sum = 0.0;
  for (const double value : action) sum += value * value;
  return sum;
}

}  // namespace

TEST_CASE("the bodies have the masses of the reference") {
  const auto masses = [](const std::string& file) {
    char error[500] = "";
    const std::string path = std::string(WEFT_PLUGIN_FOLDER) + "/models/" + file;
    mjModel* model = mj_loadXML(path.c_str(), nullptr, error, sizeof error);
    INFO(error);
    REQUIRE(model);
    Numbers found(model->body_mass + 1, model->body_mass + model->nbody);
    mj_deleteModel(model);
    return found;
  };
  check_close(masses("hopper.xml"), {3.66519143, 4.05789051, 2.78135670, 5.31557477});
  check_close(masses("inverted_pendulum.xml"), {10.47197551, 5.01859164});
}

TEST_CASE("hopper falls freely") {
  const Task task("env.hopper");
  Walker runner(task.environment);
  runner.simulation->set_state(standing);
  for (int step = 1; step <= 10; ++step) {
    const rl::StepResult result = runner.step(Numbers(3, 0.0));
    const Numbers state = runner.state();
    CHECK(state[7] == Approx(-0.07848 * step));
    if (step == 1) CHECK(state[1] == Approx(1.24968608).epsilon(0).margin(1e-8));
    if (step == 5) CHECK(state[1] == Approx(1.242152).epsilon(0).margin(1e-6));
    if (step == 10) CHECK(state[1] == Approx(1.218608).epsilon(0).margin(1e-6));
    for (const std::size_t joint : {0U, 2U, 3U, 4U, 5U}) CHECK(state[joint] == Approx(0.0).margin(1e-9));
    CHECK(result.reward == Approx(1.0).margin(1e-9));
  }
}

TEST_CASE("hopper follows the reference trajectory") {
  const Task task("env.hopper");
  Walker runner(task.environment);
  runner.simulation->set_state(standing);
  for (int t = 0; t < 5; ++t) {
    const Numbers action = wave(t);
    const double before = runner.state()[0];
    const rl::StepResult result = runner.step(action);
    const Numbers state = runner.state();
    const double velocity = result.reward - 1.0 + 1e-3 * effort(action);
    CHECK(velocity == Approx((state[0] - before) / 0.008).margin(1e-12));
    if (t == 0) {
      CHECK(velocity == Approx(0.01197165).epsilon(0).margin(1e-6));
      check_close(state, {.00009577, 1.24962618, .00023880, -.00008646, .00048892, .00257816, .01875762, -.09283187,
                          .03650611, -.01619254, .06246566, .64706293});
    }
    if (t == 4) {
      CHECK(velocity == Approx(0.05638547).epsilon(0).margin(1e-6));
      check_close(state, {.00143373, 1.24086388, .00305035, .00059604, .00141555, .05997423, .06068657, -.45226080,
                          .10238653, .01533268, .00989138, 2.81697932});
    }
  }
}

TEST_CASE("inverted pendulum follows the reference") {
  const Task task("env.inverted_pendulum");
  Walker runner(task.environment);
  runner.simulation->set_state(Numbers(4, 0.0));
  CHECK(runner.step({0.1}).reward == 1.0);
  check_close(runner.state(), {.00066142, -.00149749, .03298446, -.07413053});
  CHECK(runner.next == runner.state());
  CHECK(runner.observation() == runner.state());
}

TEST_CASE("hopper does not observe x, and clips velocities to 10") {
  const Task task("env.hopper");
  Walker runner(task.environment);
  const Numbers state{3, 1.25, 0.1, -0.2, -0.3, 0.4, 1, 2, 30, -40, 5, -6};
  runner.simulation->set_state(state);
  CHECK(runner.state() == state);
  CHECK(runner.observation() == Numbers{1.25, 0.1, -0.2, -0.3, 0.4, 1, 2, 10, -10, 5, -6});
}

TEST_CASE("bounds are those of the motors, and the model clamps actions") {
  const Task hopper("env.hopper"), balance("env.inverted_pendulum");
  CHECK(hopper.environment.spec().action_low == Numbers(3, -1.0));
  CHECK(hopper.environment.spec().action_high == Numbers(3, 1.0));
  CHECK(balance.environment.spec().action_low == Numbers{-3.0});
  CHECK(balance.environment.spec().action_high == Numbers{3.0});
  Walker inside(balance.environment), outside(balance.environment);
  inside.simulation->reset(1);
  outside.simulation->reset(1);
  inside.step({3.0});
  outside.step({30.0});
  CHECK(inside.next == outside.next);
}

TEST_CASE("hopper terminates when it falls; that step gets the bonus, too") {
  const Task task("env.hopper");
  const rl::Environment& environment = task.environment;
  const Numbers healthy{1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto with = [&](std::size_t index, double value) {
    Numbers row = healthy;
    row[index] = value;
    return row;
  };
  CHECK_FALSE(ends(environment, healthy));
  CHECK(ends(environment, with(0, 0.7)));
  CHECK_FALSE(ends(environment, with(0, 0.7001)));
  CHECK_FALSE(ends(environment, with(0, 1e6)));
  for (const double sign : {1.0, -1.0}) {
    CHECK(ends(environment, with(1, sign * 0.2)));
    CHECK_FALSE(ends(environment, with(1, sign * 0.1999)));
    for (std::size_t index = 2; index < healthy.size(); ++index) {
      CHECK(ends(environment, with(index, sign * 100.0)));
      CHECK_FALSE(ends(environment, with(index, sign * 99.0)));
    }
  }
  Walker runner(environment);
  runner.simulation->set_state(Numbers{0, 1.25, 0.199, 0, 0, 0, 0.5, 0, 5, 0, 0, 0});
  const Numbers action{0.5, -1.0, 0.25};
  const rl::StepResult result = runner.step(action);
  CHECK(result.terminated);
  CHECK_FALSE(result.truncated);
  CHECK(result.reward == Approx(runner.state()[0] / 0.008 + 1.0 - 1e-3 * effort(action)));
}

TEST_CASE("inverted pendulum terminates when it leans") {
  const Task task("env.inverted_pendulum");
  for (const double sign : {1.0, -1.0}) {
    CHECK(ends(task.environment, {0, sign * 0.2001, 0, 0}));
    CHECK_FALSE(ends(task.environment, {sign * 0.9, sign * 0.1999, sign * 1e3, 1e3}));
  }
}

TEST_CASE("starts are near the default pose") {
  const Task hopper("env.hopper"), balance("env.inverted_pendulum");
  const auto check = [](const rl::Environment& environment, const Numbers& pose, double noise) {
    Walker runner(environment);
    double largest = 0.0;
    for (uint64_t seed = 0; seed < 100; ++seed) {
      runner.simulation->reset(seed);
      const Numbers state = runner.state();
      for (std::size_t index = 0; index < pose.size(); ++index) {
        CHECK(std::abs(state[index] - pose[index]) <= noise);
        largest = std::max(largest, std::abs(state[index] - pose[index]));
      }
    }
    CHECK(largest > 0.98 * noise);
  };
  check(hopper.environment, standing, 0.005);
  check(balance.environment, Numbers(4, 0.0), 0.01);
}

TEST_CASE("MuJoCo tasks pass the checks of every environment") {
  const std::string type = GENERATE("env.hopper", "env.inverted_pendulum");
  const Task task(type), limited(type, "time_limit = 5");
  check_environment_seeding(task.environment);
  check_environment_state(task.environment);
  check_bad_numbers(task.environment);
  check_time_limit(limited.environment, 5);
  CHECK(check_termination(task.environment, 1500) > 0);
  CHECK(task.environment.spec().time_limit == 1000);
}

TEST_CASE("inverted pendulum continues bit for bit") {
  const Task task("env.inverted_pendulum"), twin("env.inverted_pendulum");
  check_save(task.environment, twin.environment, 20, 0.1);
}

TEST_CASE("hopper continues bit for bit, in flight and on the floor") {
  const Task task("env.hopper"), twin("env.hopper");
  check_save(task.environment, twin.environment, 40, 0.2);

  // The saves above reach into contact: after 20 steps of the same actions it hangs above free fall.
  Walker runner(task.environment);
  runner.simulation->reset(5);
  const double height = runner.state()[1], speed = runner.state()[7];
  Random actions(5);
  for (int count = 0; count < 20; ++count)
    REQUIRE_FALSE(runner.step(random_action(task.environment.spec(), actions, 0.2)).terminated);
  const double time = 20 * 0.008;
  CHECK(runner.state()[1] > height + speed * time - 0.5 * 9.81 * time * time + 0.01);
}

TEST_CASE("a simulator that resets itself is an error, and leaves no log file") {
  const Task task("env.hopper");
  Walker runner(task.environment), fresh(task.environment);
  std::filesystem::remove("MUJOCO_LOG.TXT");
  Numbers state = standing;
  state[8] = 1e11;
  runner.simulation->set_state(state);
  const std::string message = error_of([&] { runner.step(Numbers(3, 0.0)); });
  CHECK(message.find("the simulator found a bad number and reset itself") == 0);
  CHECK(message.find("QVEL") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists("MUJOCO_LOG.TXT"));

  // It cannot be stepped until a reset, and works after it.
  CHECK(error_of([&] { runner.step(Numbers(3, 0.0)); }).find("call reset() or set_state() first") != std::string::npos);
  runner.simulation->reset(1);
  fresh.simulation->reset(1);
  CHECK(trace(runner, Random(1), 60) == trace(fresh, Random(1), 60));
}

TEST_CASE("an error of the engine is an exception, and leaves no log file") {
  const Task task("env.hopper");
  Walker runner(task.environment), fresh(task.environment);
  runner.simulation->reset(1);
  std::filesystem::remove("MUJOCO_LOG.TXT");
  mjcb_control = [](const mjModel*, mjData*) { mju_error("the engine gave up"); };
  CHECK(error_of([&] { runner.step(Numbers(3, 0.0)); }) == "MuJoCo failed: the engine gave up");
  mjcb_control = nullptr;
  CHECK_FALSE(std::filesystem::exists("MUJOCO_LOG.TXT"));
  CHECK(error_of([&] { runner.step(Numbers(3, 0.0)); }).find("call reset() or set_state() first") != std::string::npos);
  runner.simulation->reset(1);
  fresh.simulation->reset(1);
  CHECK(trace(runner, Random(1), 60) == trace(fresh, Random(1), 60));
}
