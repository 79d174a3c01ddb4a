/// Checks of what every environment must do, whatever its task. Needs no Torch.
///
/// Each check throws Error with its finding. `weft validate` runs them as check.environment_*; any test may call them:
/// `weft::testing::check_environment_seeding(environment)`.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "weft/rl/environment.h"
#include "weft/testing/archive.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// One observation, action or state, or several of them.
using Numbers = std::vector<double>;

/// A simulation, with the memory that its calls write into. Every number is NaN until the simulation writes it.
class Walker {
 public:
  /// Makes a simulation of `task`, which must outlive the walker. Call its reset() before stepping.
  explicit Walker(const rl::Environment& task) : environment(task), simulation(task.make()) {
    require(simulation != nullptr, "make() returns null");
  }

  /// The current observation, `[observation_size]`.
  Numbers observation() const {
    Numbers values(static_cast<std::size_t>(environment.spec().observation_size), std::nan(""));
    simulation->observation(values);
    return values;
  }
  /// The physical state, `[state_size]`.
  Numbers state() const {
    Numbers values(static_cast<std::size_t>(environment.spec().state_size), std::nan(""));
    simulation->state(values);
    return values;
  }
  /// Steps with `action` `[action_size]`; writes the next observation into `next`.
  rl::StepResult step(const Numbers& action) {
    next.assign(static_cast<std::size_t>(environment.spec().observation_size), std::nan(""));
    return simulation->step(action, next);
  }
  /// The saved state of the simulation.
  Archive save() const {
    Archive archive;
    StateWriter writer(archive, "");
    simulation->save(writer);
    return archive;
  }
  /// Loads a state into the simulation.
  void load(Archive& archive) {
    StateReader reader(archive, "");
    simulation->load(reader);
  }

  const rl::Environment& environment;
  std::unique_ptr<rl::Simulation> simulation;
  Numbers next;  ///< the next observation of the last step, `[observation_size]`
};

/// A random action, uniform between the bounds multiplied by `size`, which is at most 1.
inline Numbers random_action(const rl::EnvironmentSpec& spec, Random& random, double size = 1.0) {
  Numbers action;
  for (std::size_t index = 0; index < spec.action_low.size(); ++index)
    action.push_back(size * random.uniform(spec.action_low[index], spec.action_high[index]));
  return action;
}

/// All numbers that `steps` steps with random actions produce: next observations, results, observations and states.
/// When an episode ends, the next one begins with the next of a fixed series of seeds.
inline Numbers trace(Walker& walker, Random actions, int steps, double size = 1.0) {
  Numbers seen;
  uint64_t episode = 1000;
  for (int count = 0; count < steps; ++count) {
    const rl::StepResult result = walker.step(random_action(walker.environment.spec(), actions, size));
    seen.insert(seen.end(), walker.next.begin(), walker.next.end());
    seen.push_back(result.reward);
    seen.push_back(result.terminated ? 1.0 : 0.0);
    seen.push_back(result.truncated ? 1.0 : 0.0);
    if (result.terminated || result.truncated) walker.simulation->reset(episode++);
    for (const Numbers& more : {walker.observation(), walker.state()})
      seen.insert(seen.end(), more.begin(), more.end());
  }
  return seen;
}

/// Sizes and bounds are valid and do not change; all observations, rewards and states are finite.
inline void check_environment_spec(const rl::Environment& environment) {
  const rl::EnvironmentSpec spec = environment.spec();
  require(spec.observation_size > 0, "observation_size is " + std::to_string(spec.observation_size));
  require(spec.action_size > 0, "action_size is " + std::to_string(spec.action_size));
  require(spec.state_size >= 0, "state_size is " + std::to_string(spec.state_size));
  require(spec.time_limit >= 0, "time_limit is " + std::to_string(spec.time_limit));
  const auto actions = static_cast<std::size_t>(spec.action_size);
  require(spec.action_low.size() == actions && spec.action_high.size() == actions,
          "action_low and action_high have " + std::to_string(spec.action_low.size()) + " and " +
              std::to_string(spec.action_high.size()) + " numbers; action_size is " + std::to_string(actions));
  for (std::size_t index = 0; index < actions; ++index)
    require(std::isfinite(spec.action_low[index]) && std::isfinite(spec.action_high[index]) &&
                spec.action_low[index] < spec.action_high[index],
            "the bounds of action " + std::to_string(index) + " are " + text_of(spec.action_low[index]) + " and " +
                text_of(spec.action_high[index]) + "; finite numbers, the first below the second, were expected");
  Walker walker(environment);
  walker.simulation->reset(1);
  for (const double number : walker.observation())
    require(std::isfinite(number), "after reset(), the observation is not finite, or not all of it is written");
  for (const double number : trace(walker, Random(1), 50))
    require(std::isfinite(number),
            "within 50 steps, a number of the observation, next observation, reward or state is not finite, or is not "
            "written");
  const rl::EnvironmentSpec& later = environment.spec();
  require(later.observation_size == spec.observation_size && later.action_size == spec.action_size &&
              later.state_size == spec.state_size && later.action_low == spec.action_low &&
              later.action_high == spec.action_high && later.time_limit == spec.time_limit &&
              later.has_termination == spec.has_termination,
          "spec() changed after some steps; it must be constant");
}

/// An episode depends only on its seed and its actions.
inline void check_environment_seeding(const rl::Environment& environment) {
  Walker first(environment), other(environment), busy(environment);
  first.simulation->reset(7);
  other.simulation->reset(7);
  busy.simulation->reset(8);
  require(first.state() == other.state() && first.observation() == other.observation(),
          "reset(7) of two simulations leads to different states; all randomness must come from the seed");
  const Numbers expected = trace(first, Random(1), 300);
  trace(busy, Random(2), 50);
  require(trace(other, Random(1), 300) == expected,
          "the same seed and actions give different numbers after another simulation has made steps: the simulations "
          "share something that changes");
  first.simulation->reset(7);
  require(trace(first, Random(1), 300) == expected,
          "the same seed and actions give different numbers in a simulation that was used before: reset() does not "
          "reset everything");
}

/// state() returns what set_state() set, and a simulation continues from it, up to rounding errors, like the one that
/// the state was read from; set_state() refuses NaN.
inline void check_environment_state(const rl::Environment& environment) {
  Walker original(environment), copy(environment);
  original.simulation->reset(3);
  Random actions(3);
  for (int count = 0; count < 40; ++count) {
    const Numbers state = original.state();
    copy.simulation->set_state(state);
    require(copy.state() == state, "state() after set_state() differs from the state that was set");
    const Numbers action = random_action(environment.spec(), actions, 0.3);
    const rl::StepResult left = original.step(action), right = copy.step(action);
    require(agree(left.reward, right.reward, 1e-6), "after set_state(state()) a step has the reward " +
                                                        text_of(right.reward) + "; " + text_of(left.reward) +
                                                        " was expected");
    require(left.terminated == right.terminated, "after set_state(state()) a step terminates differently");
    const Numbers after = original.state(), copied = copy.state();
    for (std::size_t index = 0; index < after.size(); ++index)
      require(agree(after[index], copied[index], 1e-6),
              "after set_state(state()) a step leads to another state: number " + std::to_string(index) + " is " +
                  text_of(copied[index]) + "; " + text_of(after[index]) + " was expected");
    if (left.terminated || left.truncated) original.simulation->reset(4);
  }
  Numbers bad = original.state();
  if (bad.empty()) return;
  bad.back() = std::nan("");
  require(refuses([&] { copy.simulation->set_state(bad); }), "set_state() accepts NaN; it must throw Error");
}

/// Another simulation continues bit for bit from what save() wrote, whatever it did before.
inline void check_environment_save(const rl::Environment& environment) {
  Walker original(environment), copy(environment);
  original.simulation->reset(5);
  copy.simulation->reset(99);
  for (int count = 0; count < 20; ++count) {
    Archive archive = original.save();
    require(original.save().difference(archive).empty(), "two calls of save() in a row write different states");
    trace(copy, Random(6), 3);
    copy.load(archive);
    require(copy.observation() == original.observation(), "after load(), the observation differs");
    const std::string different = copy.save().difference(archive);
    require(different.empty(), "after load(), save() writes another array '" + different + "'");
    const auto seed = static_cast<uint64_t>(count);
    const Numbers expected = trace(original, Random(seed), 30);
    require(trace(copy, Random(seed), 30) == expected,
            "a simulation that continues from save() differs from one that never stopped: something that changes is "
            "not saved");
  }
}

/// Whether terminated() ends an episode at this next observation `[observation_size]`.
inline bool ends(const rl::Environment& environment, const Numbers& observation) {
  uint8_t out = 2;
  environment.terminated(observation, {&out, 1});
  require(out <= 1, "terminated() writes " + std::to_string(out) + "; 0 or 1 was expected");
  return out == 1;
}

/// terminated() agrees with step() on next observations, in batches of several sizes, and ends rows that are not
/// finite. Does nothing if the spec has no termination function.
inline void check_environment_termination(const rl::Environment& environment) {
  if (!environment.spec().has_termination) return;
  const auto width = static_cast<std::size_t>(environment.spec().observation_size);
  Walker walker(environment);
  Random actions(11);
  walker.simulation->reset(11);
  Numbers rows;
  std::vector<uint8_t> expected;
  for (int count = 0; count < 701; ++count) {
    const rl::StepResult result = walker.step(random_action(environment.spec(), actions));
    rows.insert(rows.end(), walker.next.begin(), walker.next.end());
    expected.push_back(result.terminated ? 1 : 0);
    if (result.terminated || result.truncated) walker.simulation->reset(static_cast<uint64_t>(count));
  }
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, expected.size()}) {
    std::vector<uint8_t> found(size, 2);
    environment.terminated({rows.data(), size * width}, found);
    for (std::size_t row = 0; row < size; ++row)
      require(found[row] == expected[row], "in a batch of " + std::to_string(size) + ", terminated() writes " +
                                               std::to_string(found[row]) + " where step() returned " +
                                               std::to_string(expected[row]));
  }
  environment.terminated({}, {});  // an empty batch is allowed
  walker.simulation->reset(12);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    for (std::size_t index = 0; index < width; ++index) {
      Numbers row = walker.observation();
      row[index] = bad;
      require(ends(environment, row),
              "terminated() does not end a row whose number " + std::to_string(index) + " is not finite");
    }
}

/// clip() changes nothing that step() wrote, and nothing that it has clipped already.
inline void check_environment_clip(const rl::Environment& environment) {
  Walker walker(environment);
  Random actions(17);
  walker.simulation->reset(17);
  Numbers rows;
  for (int count = 0; count < 301; ++count) {
    const rl::StepResult result = walker.step(random_action(environment.spec(), actions));
    rows.insert(rows.end(), walker.next.begin(), walker.next.end());
    if (result.terminated || result.truncated) walker.simulation->reset(static_cast<uint64_t>(count));
  }
  const auto width = static_cast<std::size_t>(environment.spec().observation_size);
  Numbers clipped = rows;
  environment.clip(clipped);
  for (std::size_t index = 0; index < rows.size(); ++index)
    require(clipped[index] == rows[index], "clip() changes number " + std::to_string(index % width) +
                                               " of a next observation that step() wrote from " + text_of(rows[index]) +
                                               " to " + text_of(clipped[index]));
  for (double& number : clipped) number = 1e3 * number + 1e3;
  environment.clip(clipped);
  Numbers twice = clipped;
  environment.clip(twice);
  require(twice == clipped, "clip() changes next observations that it has clipped already");
  environment.clip({});  // an empty batch is allowed
}

/// An episode is truncated at the step of the time limit and at no other; no step is both terminated and truncated.
inline void check_environment_time_limit(const rl::Environment& environment) {
  const int64_t limit = environment.spec().time_limit;
  Walker walker(environment);
  Random actions(13);
  walker.simulation->reset(1);
  int64_t steps = 0;
  for (int64_t count = 0; count < std::max<int64_t>(3 * limit, 500); ++count) {
    const rl::StepResult result = walker.step(random_action(environment.spec(), actions, 0.1));
    ++steps;
    require(!(result.terminated && result.truncated),
            "a step is both terminated and truncated; an episode that the task ends is not truncated");
    require(!result.truncated || steps == limit, "truncated after " + std::to_string(steps) + " steps; time_limit is " +
                                                     std::to_string(limit) + (limit == 0 ? " (never)" : ""));
    require(result.terminated || limit == 0 || steps < limit || result.truncated,
            "not truncated after " + std::to_string(steps) + " steps; time_limit is " + std::to_string(limit));
    if (!result.terminated && !result.truncated) continue;
    require(!result.truncated || !environment.spec().has_termination || !ends(environment, walker.next),
            "terminated() ends the row at which the time limit truncated the episode");
    steps = 0;
    walker.simulation->reset(static_cast<uint64_t>(count));
  }
}

/// An action that is not finite is refused and changes nothing.
inline void check_environment_bad_actions(const rl::Environment& environment) {
  Walker walker(environment);
  const std::size_t actions = environment.spec().action_low.size();
  walker.simulation->reset(1);
  const Archive before = walker.save();
  for (std::size_t index = 0; index < actions; ++index) {
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      Numbers action = environment.spec().action_low;
      action[index] = bad;
      require(refuses([&] { walker.step(action); }), "step() accepts an action whose number " + std::to_string(index) +
                                                         " is " + text_of(bad) +
                                                         "; it must throw Error (use weft/rl/checks.h)");
    }
  }
  require(walker.save().difference(before).empty(), "an action that was refused changed the state");
}

}  // namespace weft::testing
