/// Checks that every environment has to pass, whatever its task.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "weft/testing/bench.h"
#include "weft/testing/catch.h"
#include "weft/testing/environment.h"

namespace weft::testing {

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

/// A state saved after any of `steps` steps continues bit for bit in another simulation of another component.
inline void check_save(const rl::Environment& environment, const rl::Environment& twin, int steps, double size) {
  Walker original(environment);
  original.simulation->reset(5);
  Random actions(5);
  for (int count = 0; count < steps; ++count) {
    Archive archive = original.save();
    Walker kept(environment), copy(twin);
    kept.load(archive);
    copy.simulation->reset(99);
    trace(copy, Random(6), 3);
    copy.load(archive);
    CHECK(copy.observation() == original.observation());
    CHECK(copy.save().entries == archive.entries);
    CHECK(trace(copy, actions, 30, size) == trace(kept, actions, 30, size));
    const rl::StepResult result = original.step(random_action(environment.spec(), actions, size));
    // A loaded simulation reaches the same state as the uninterrupted one after one more step.
    kept.load(archive);
    Random again(5);
    for (int skipped = 0; skipped < count; ++skipped) random_action(environment.spec(), again, size);
    kept.step(random_action(environment.spec(), again, size));
    CHECK(kept.next == original.next);
    CHECK(kept.save().entries == original.save().entries);
    if (result.terminated || result.truncated) original.simulation->reset(5 + static_cast<uint64_t>(count));
  }
}

/// The limit of `limit` steps truncates and never terminates.
inline void check_time_limit(const rl::Environment& environment, int limit) {
  REQUIRE(environment.spec().time_limit == limit);
  Walker walker(environment);
  const Numbers nothing(environment.spec().action_low.size(), 0.0);
  for (const uint64_t seed : {1U, 2U}) {
    walker.simulation->reset(seed);
    for (int count = 1; count <= limit; ++count) {
      const rl::StepResult result = walker.step(nothing);
      CHECK_FALSE(result.terminated);
      CHECK(result.truncated == (count == limit));
    }
    CHECK_FALSE(ends(environment, walker.next));
  }
  walker.simulation->set_state(walker.state());
  CHECK_FALSE(walker.step(nothing).truncated);
}

/// The termination function agrees with the steps about their next observations. Returns how many steps terminated.
inline int check_termination(const rl::Environment& environment, int steps) {
  REQUIRE(environment.spec().has_termination);
  Walker walker(environment);
  Random actions(11);
  walker.simulation->reset(11);
  Numbers rows;
  std::vector<uint8_t> expected;
  int ended = 0;
  for (int count = 0; count < steps; ++count) {
    const rl::StepResult result = walker.step(random_action(environment.spec(), actions));
    CHECK_FALSE((result.terminated && result.truncated));
    rows.insert(rows.end(), walker.next.begin(), walker.next.end());
    expected.push_back(result.terminated ? 1 : 0);
    ended += result.terminated ? 1 : 0;
    if (result.terminated || result.truncated) walker.simulation->reset(static_cast<uint64_t>(count));
  }
  std::vector<uint8_t> found(expected.size(), 2);
  environment.terminated(rows, found);
  CHECK(found == expected);

  walker.simulation->reset(12);
  CHECK_FALSE(ends(environment, walker.observation()));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    for (std::size_t index = 0; index < walker.next.size(); ++index) {
      Numbers row = walker.observation();
      row[index] = bad;
      CHECK(ends(environment, row));
    }
  environment.terminated({}, {});  // no rows
  return ended;
}

inline void check_bad_numbers(const rl::Environment& environment) {
  Walker walker(environment);
  const std::size_t actions = environment.spec().action_low.size();
  CHECK(error_of([&] { walker.step(Numbers(actions, 0.0)); }).find("reset") != std::string::npos);
  walker.simulation->reset(1);
  const Archive before = walker.save();
  for (std::size_t index = 0; index < actions; ++index) {
    Numbers action(actions, 0.0);
    action[index] = std::nan("");
    CHECK(error_of([&] { walker.step(action); }) == "action is not finite: number " + std::to_string(index) + " of " +
                                                        std::to_string(actions) +
                                                        " is nan; a finite number was expected");
    action[index] = -std::numeric_limits<double>::infinity();
    CHECK(error_of([&] { walker.step(action); }) == "action is not finite: number " + std::to_string(index) + " of " +
                                                        std::to_string(actions) +
                                                        " is -inf; a finite number was expected");
  }
  CHECK(error_of([&] { walker.step(Numbers(actions + 1, 0.0)); }) ==
        "action has " + std::to_string(actions + 1) + " numbers; " + std::to_string(actions) + " were expected");
  Numbers state = walker.state();
  state.back() = std::nan("");
  CHECK(error_of([&] { walker.simulation->set_state(state); }) ==
        "state is not finite: number " + std::to_string(state.size() - 1) + " of " + std::to_string(state.size()) +
            " is nan; a finite number was expected");
  CHECK(walker.save().entries == before.entries);  // refused calls change nothing
}

}  // namespace weft::testing
