/// What every environment has to do, whatever its task.
#pragma once

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "weft/testing/bench.h"
#include "weft/core/random.h"
#include "weft/rl/environment.h"

namespace weft::testing {

using Numbers = std::vector<double>;

/// A simulation with the memory that its calls need.
class Runner {
 public:
  explicit Runner(const rl::Environment& task) : environment(task), simulation(task.make()) {}

  Numbers observation() const {
    Numbers values(static_cast<std::size_t>(environment.spec().observation_size));
    simulation->observation(values);
    return values;
  }
  Numbers state() const {
    Numbers values(static_cast<std::size_t>(environment.spec().state_size));
    simulation->state(values);
    return values;
  }
  rl::StepResult step(const Numbers& action) {
    next.assign(static_cast<std::size_t>(environment.spec().observation_size), 0.0);
    return simulation->step(action, next);
  }
  Archive save() const {
    Archive archive;
    StateWriter writer(archive, "");
    simulation->save(writer);
    return archive;
  }
  void load(Archive& archive) {
    StateReader reader(archive, "");
    simulation->load(reader);
  }

  const rl::Environment& environment;
  std::unique_ptr<rl::Simulation> simulation;
  Numbers next;  ///< the next observation of the last step
};

/// An action inside the bounds; `size` 1 reaches them.
inline Numbers random_action(const rl::EnvironmentSpec& spec, Random& random, double size = 1.0) {
  Numbers action;
  for (std::size_t index = 0; index < spec.action_low.size(); ++index)
    action.push_back(size * random.uniform(spec.action_low[index], spec.action_high[index]));
  return action;
}

/// Everything that `steps` steps with random actions show; an episode that is over begins again from the
/// next seed.
inline Numbers trace(Runner& runner, Random actions, int steps, double size = 1.0) {
  Numbers seen;
  uint64_t episode = 1000;
  for (int count = 0; count < steps; ++count) {
    const rl::StepResult result = runner.step(random_action(runner.environment.spec(), actions, size));
    seen.insert(seen.end(), runner.next.begin(), runner.next.end());
    seen.push_back(result.reward);
    seen.push_back(result.terminated ? 1.0 : 0.0);
    seen.push_back(result.truncated ? 1.0 : 0.0);
    if (result.terminated || result.truncated) runner.simulation->reset(episode++);
    for (const Numbers& more : {runner.observation(), runner.state()})
      seen.insert(seen.end(), more.begin(), more.end());
  }
  return seen;
}

inline bool ends(const rl::Environment& environment, const Numbers& observation) {
  uint8_t out = 2;
  environment.terminated(observation, {&out, 1});
  REQUIRE(out <= 1);
  return out == 1;
}

/// The message of the weft::Error that `call` throws.
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

inline void check_seeding(const rl::Environment& environment) {
  Runner first(environment), second(environment), other(environment);
  first.simulation->reset(7);
  second.simulation->reset(8);
  other.simulation->reset(7);
  CHECK(first.state() == other.state());
  CHECK(first.observation() == other.observation());
  CHECK(first.state() != second.state());
  // Other instances at work change nothing: `second` has stepped in between.
  const Numbers expected = trace(first, Random(1), 300);
  trace(second, Random(2), 50);
  CHECK(trace(other, Random(1), 300) == expected);
  // Nor does what the instance itself did before.
  first.simulation->reset(7);
  CHECK(trace(first, Random(1), 300) == expected);
}

/// A state that is set goes on as the one that it was read from, to rounding.
inline void check_state(const rl::Environment& environment) {
  Runner original(environment), copy(environment);
  original.simulation->reset(3);
  Random actions(3);
  for (int count = 0; count < 40; ++count) {
    copy.simulation->set_state(original.state());
    CHECK(copy.state() == original.state());
    const Numbers action = random_action(environment.spec(), actions, 0.3);
    const rl::StepResult left = original.step(action), right = copy.step(action);
    CHECK(left.reward == Approx(right.reward).margin(1e-6));
    CHECK(left.terminated == right.terminated);
    for (std::size_t index = 0; index < original.next.size(); ++index)
      CHECK(original.next[index] == Approx(copy.next[index]).margin(1e-6));
    if (left.terminated) original.simulation->reset(4);
  }
}

/// What was saved after any of `steps` steps goes on bit for bit in another instance of another component.
inline void check_save(const rl::Environment& environment, const rl::Environment& twin, int steps, double size) {
  Runner original(environment);
  original.simulation->reset(5);
  Random actions(5);
  for (int count = 0; count < steps; ++count) {
    Archive archive = original.save();
    Runner kept(environment), copy(twin);
    kept.load(archive);
    copy.simulation->reset(99);
    trace(copy, Random(6), 3);
    copy.load(archive);
    CHECK(copy.observation() == original.observation());
    CHECK(copy.save().entries == archive.entries);
    CHECK(trace(copy, actions, 30, size) == trace(kept, actions, 30, size));
    const rl::StepResult result = original.step(random_action(environment.spec(), actions, size));
    // The uninterrupted run, one step on, is where a loaded one gets to.
    kept.load(archive);
    Random again(5);
    for (int skipped = 0; skipped < count; ++skipped) random_action(environment.spec(), again, size);
    kept.step(random_action(environment.spec(), again, size));
    CHECK(kept.next == original.next);
    CHECK(kept.save().entries == original.save().entries);
    if (result.terminated || result.truncated) original.simulation->reset(5 + static_cast<uint64_t>(count));
  }
}

/// The limit of `limit` steps truncates and never terminates; whoever goes on is told again.
inline void check_time_limit(const rl::Environment& environment, int limit) {
  REQUIRE(environment.spec().time_limit == limit);
  Runner runner(environment);
  const Numbers nothing(environment.spec().action_low.size(), 0.0);
  for (const uint64_t seed : {1U, 2U}) {
    runner.simulation->reset(seed);
    for (int count = 1; count <= limit; ++count) {
      const rl::StepResult result = runner.step(nothing);
      CHECK_FALSE(result.terminated);
      CHECK(result.truncated == (count == limit));
    }
    CHECK_FALSE(ends(environment, runner.next));
  }
  runner.simulation->set_state(runner.state());
  CHECK_FALSE(runner.step(nothing).truncated);
}

/// The termination function says of next observations what the steps said. Returns how many steps ended.
inline int check_termination(const rl::Environment& environment, int steps) {
  REQUIRE(environment.spec().has_termination);
  Runner runner(environment);
  Random actions(11);
  runner.simulation->reset(11);
  Numbers rows;
  std::vector<uint8_t> expected;
  int ended = 0;
  for (int count = 0; count < steps; ++count) {
    const rl::StepResult result = runner.step(random_action(environment.spec(), actions));
    CHECK_FALSE((result.terminated && result.truncated));
    rows.insert(rows.end(), runner.next.begin(), runner.next.end());
    expected.push_back(result.terminated ? 1 : 0);
    ended += result.terminated ? 1 : 0;
    if (result.terminated || result.truncated) runner.simulation->reset(static_cast<uint64_t>(count));
  }
  std::vector<uint8_t> judged(expected.size(), 2);
  environment.terminated(rows, judged);
  CHECK(judged == expected);

  runner.simulation->reset(12);
  CHECK_FALSE(ends(environment, runner.observation()));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    for (std::size_t index = 0; index < runner.next.size(); ++index) {
      Numbers row = runner.observation();
      row[index] = bad;
      CHECK(ends(environment, row));
    }
  environment.terminated({}, {});  // no rows: nothing to do
  return ended;
}

inline void check_bad_numbers(const rl::Environment& environment) {
  Runner runner(environment);
  const std::size_t actions = environment.spec().action_low.size();
  CHECK(error_of([&] { runner.step(Numbers(actions, 0.0)); }).find("reset") != std::string::npos);
  runner.simulation->reset(1);
  const Archive before = runner.save();
  for (std::size_t index = 0; index < actions; ++index) {
    Numbers action(actions, 0.0);
    action[index] = std::nan("");
    CHECK(error_of([&] { runner.step(action); }) == "action is not finite: number " + std::to_string(index) + " of " +
                                                        std::to_string(actions) +
                                                        " is nan; a finite number was expected");
    action[index] = -std::numeric_limits<double>::infinity();
    CHECK(error_of([&] { runner.step(action); }) == "action is not finite: number " + std::to_string(index) + " of " +
                                                        std::to_string(actions) +
                                                        " is -inf; a finite number was expected");
  }
  CHECK(error_of([&] { runner.step(Numbers(actions + 1, 0.0)); }) ==
        "action has " + std::to_string(actions + 1) + " numbers; " + std::to_string(actions) + " were expected");
  Numbers state = runner.state();
  state.back() = std::nan("");
  CHECK(error_of([&] { runner.simulation->set_state(state); }) ==
        "state is not finite: number " + std::to_string(state.size() - 1) + " of " + std::to_string(state.size()) +
            " is nan; a finite number was expected");
  CHECK(runner.save().entries == before.entries);  // what was refused changed nothing
}

}  // namespace weft::testing
