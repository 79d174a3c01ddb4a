// Makes the environment from the built plugin and tests its physics, termination, seeds and state.
#include <limits>
#include <vector>

#include "weft/rl/environment.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

namespace {

const weft::testing::Plugin& plugin() {
  static const weft::testing::Plugin loaded("template_name");
  return loaded;
}

}  // namespace

TEST_CASE("one step agrees with a calculation by hand") {
  const auto made = plugin().make("env.template_name");
  const auto simulation = made->service<weft::rl::Environment>("environment").make();
  std::vector<double> next(2);
  simulation->set_state(std::vector<double>{1.0, -0.5});
  const weft::rl::StepResult result = simulation->step(std::vector<double>{1.0}, next);
  CHECK(next[1] == Approx(-0.5 + 0.1 * 1.0));
  CHECK(next[0] == Approx(1.0 + 0.1 * -0.4));
  CHECK(result.reward == Approx(-(0.96 * 0.96 + 0.1 * 0.4 * 0.4 + 0.01)));
  CHECK_FALSE(result.terminated);
}

TEST_CASE("leaving the track terminates, the time limit truncates") {
  const auto made = plugin().make("env.template_name", "time_limit = 3");
  const auto& environment = made->service<weft::rl::Environment>("environment");
  const auto simulation = environment.make();
  std::vector<double> next(2);
  simulation->set_state(std::vector<double>{4.95, 1.0});
  const weft::rl::StepResult result = simulation->step(std::vector<double>{0.0}, next);
  CHECK(result.terminated);
  CHECK_FALSE(result.truncated);
  simulation->reset(0);
  for (int step = 1; step <= 3; ++step)
    CHECK(simulation->step(std::vector<double>{0.0}, next).truncated == (step == 3));

  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<uint8_t> terminated(4);
  environment.terminated(std::vector<double>{5.05, 1.0, 0.0, 0.0, nan, 0.0, 0.0, nan}, terminated);
  CHECK(terminated == std::vector<uint8_t>{1, 0, 1, 1});
}

TEST_CASE("equal seeds give equal starts, other seeds other starts, and a loaded copy continues bit for bit") {
  const auto made = plugin().make("env.template_name");
  const auto& environment = made->service<weft::rl::Environment>("environment");
  const auto first = environment.make(), second = environment.make();
  const auto start = [](weft::rl::Simulation& simulation, uint64_t seed) {
    std::vector<double> observation(2);
    simulation.reset(seed);
    simulation.observation(observation);
    return observation;
  };
  CHECK(start(*first, 7) == start(*second, 7));
  CHECK(start(*first, 7) != start(*second, 8));

  weft::testing::Archive archive;
  weft::StateWriter writer(archive, "");
  first->save(writer);
  weft::StateReader reader(archive, "");
  second->load(reader);
  std::vector<double> expected(2), found(2);
  for (int step = 0; step < 5; ++step) {
    first->step(std::vector<double>{0.3}, expected);
    second->step(std::vector<double>{0.3}, found);
    CHECK(found == expected);
  }
}
