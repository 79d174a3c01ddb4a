/// Checks of what every policy, agent, data set and stream of transitions must do. Needs no Torch.
///
/// Each check throws Error with its finding. `weft validate` runs them as check.policy_*, check.agent_*,
/// check.dataset_* and check.transitions; any test may call them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/rl/transitions.h"
#include "weft/testing/require.h"

namespace weft::testing {

/// `size` rows of random transitions: observations and rewards are standard normal, actions uniform inside the bounds;
/// every seventh row is terminated, none is truncated. Equal seeds give equal rows.
inline rl::TransitionBuffer random_transitions(const rl::EnvironmentSpec& spec, int64_t size, uint64_t seed) {
  rl::TransitionBuffer buffer;
  buffer.resize(size, spec.observation_size, spec.action_size);
  Random random(seed);
  const rl::TransitionRows rows = buffer.rows();
  random.normal(rows.observation, size * spec.observation_size);
  random.normal(rows.next_observation, size * spec.observation_size);
  random.normal(rows.reward, size);
  for (int64_t row = 0; row < size; ++row) {
    for (int64_t index = 0; index < spec.action_size; ++index) {
      const auto at = static_cast<std::size_t>(index);
      rows.action[row * spec.action_size + index] =
          static_cast<float>(random.uniform(spec.action_low[at], spec.action_high[at]));
    }
    rows.terminated[row] = row % 7 == 6 ? 1 : 0;
    rows.truncated[row] = 0;
  }
  return buffer;
}

/// `count` standard normal numbers, multiplied by `scale`.
inline std::vector<float> normal_numbers(int64_t count, uint64_t seed, float scale = 1.0f) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  Random random(seed);
  random.normal(numbers.data(), count);
  for (float& number : numbers) number *= scale;
  return numbers;
}

/// The observation and action sizes of a policy or an agent are those of its environment.
template <class I>
void require_sizes_of(const char* what, const I& subject, const rl::EnvironmentSpec& spec) {
  require(subject.observation_size() == spec.observation_size && subject.action_size() == spec.action_size,
          std::string("the ") + what + " has the sizes " + std::to_string(subject.observation_size()) +
              " (observation) and " + std::to_string(subject.action_size()) + " (action); its environment has " +
              std::to_string(spec.observation_size) + " and " + std::to_string(spec.action_size));
}

/// The sizes are those of the environment, and actions lie inside the bounds: for batches of several sizes, and for
/// large observations.
inline void check_policy_bounds(rl::Policy& policy, const rl::EnvironmentSpec& spec) {
  require_sizes_of("policy", policy, spec);
  Random random(1);
  for (const int64_t batch : {1, 7, 129})
    for (const float scale : {1.0f, 1000.0f}) {
      const std::vector<float> observations = normal_numbers(batch * spec.observation_size, 2, scale);
      for (const bool deterministic : {false, true}) {
        std::vector<float> actions(static_cast<std::size_t>(batch * spec.action_size), std::nanf(""));
        if (deterministic)
          policy.deterministic(batch, observations.data(), actions.data());
        else
          policy.sample(batch, observations.data(), random, actions.data());
        for (std::size_t index = 0; index < actions.size(); ++index) {
          const std::size_t dimension = index % spec.action_low.size();
          // The bounds rounded to float, the element type of actions.
          const auto low = static_cast<float>(spec.action_low[dimension]);
          const auto high = static_cast<float>(spec.action_high[dimension]);
          require(actions[index] >= low && actions[index] <= high,
                  std::string(deterministic ? "deterministic" : "sample") + "() in a batch of " +
                      std::to_string(batch) + " returns the action " + text_of(actions[index]) + "; a number from " +
                      text_of(low) + " to " + text_of(high) + " was expected");
        }
      }
    }
}

/// Equal random engines give equal actions, and the deterministic action of a row does not depend on other rows.
inline void check_policy_rows(rl::Policy& policy, const rl::EnvironmentSpec& spec) {
  const int64_t batch = 9;
  const std::vector<float> observations = normal_numbers(batch * spec.observation_size, 3);
  const auto size = static_cast<std::size_t>(batch * spec.action_size);
  std::vector<float> first(size), second(size), single(size);
  Random random(4), same(4);
  policy.sample(batch, observations.data(), random, first.data());
  policy.sample(batch, observations.data(), same, second.data());
  require(first == second, "sample() returns different actions for equal random engines; a policy is stateless");
  policy.deterministic(batch, observations.data(), first.data());
  policy.deterministic(batch, observations.data(), second.data());
  require(first == second, "deterministic() returns different actions for equal observations; a policy is stateless");
  for (int64_t row = 0; row < batch; ++row)
    policy.deterministic(1, observations.data() + row * spec.observation_size, single.data() + row * spec.action_size);
  for (std::size_t index = 0; index < size; ++index)
    require(agree(first[index], single[index], 1e-5), "deterministic() of a row is " + text_of(first[index]) +
                                                          " in a batch and " + text_of(single[index]) +
                                                          " in a batch of one; rows must not depend on each other");
}

/// The sizes are those of the environment; batches of several sizes are accepted, and rows of another observation size
/// refused.
inline void check_agent_updates(rl::Agent& agent, const rl::EnvironmentSpec& spec) {
  require_sizes_of("agent", agent, spec);
  for (const int64_t size : {64, 1, 7})
    agent.update(random_transitions(spec, size, static_cast<uint64_t>(size)).batch());
  rl::EnvironmentSpec wider = spec;
  ++wider.observation_size;
  require(
      refuses([&] { agent.update(random_transitions(wider, 8, 1).batch()); }),
      "update() accepts observations of " + std::to_string(wider.observation_size) + " numbers; it must throw Error");
}

/// Rows are numbered from 0, are returned in the requested order, and do not change; other row numbers are refused. The
/// data set needs at least one row.
inline void check_dataset(const rl::Dataset& data) {
  const int64_t size = data.size();
  require(size > 0, "the data set is empty; this check needs at least one row");
  const auto gather = [&](const std::vector<int64_t>& rows) {
    rl::TransitionBuffer buffer;
    buffer.resize(static_cast<int64_t>(rows.size()), data.observation_size(), data.action_size());
    data.gather(rows, buffer.rows());
    const rl::TransitionBatch batch = buffer.batch();
    std::vector<float> numbers(batch.observation, batch.observation + batch.size * batch.observation_size);
    numbers.insert(numbers.end(), batch.action, batch.action + batch.size * batch.action_size);
    numbers.insert(numbers.end(), batch.next_observation, batch.next_observation + batch.size * batch.observation_size);
    numbers.insert(numbers.end(), batch.reward, batch.reward + batch.size);
    for (int64_t row = 0; row < batch.size; ++row) {
      require(batch.terminated[row] <= 1 && batch.truncated[row] <= 1,
              "the terminated or truncated flag of a row is neither 0 nor 1");
      numbers.push_back(static_cast<float>(2 * batch.terminated[row] + batch.truncated[row]));
    }
    return numbers;
  };
  const std::vector<float> last = gather({size - 1}), first = gather({0});
  require(gather({size - 1}) == last, "gather() returns different numbers for the same row the second time");
  const std::vector<float> both = gather({size - 1, 0});
  const auto width = static_cast<std::size_t>(data.observation_size());
  require(std::equal(both.begin(), both.begin() + static_cast<std::ptrdiff_t>(width), last.begin()) &&
              std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(width),
                         both.begin() + static_cast<std::ptrdiff_t>(width)),
          "gather() does not return rows in the requested order");
  require(gather({}).empty(), "gather() of no rows is not empty");
  for (const int64_t row : {int64_t{-1}, size})
    require(refuses([&] { gather({row}); }), "gather() accepts row " + std::to_string(row) + " of " +
                                                 std::to_string(size) + " rows; it must throw Error");
}

/// The rows of a stream have the sizes of the environment, are finite, have actions inside the bounds, and are never
/// both terminated and truncated.
inline void check_transitions(const rl::TransitionBatch& batch, const rl::EnvironmentSpec& spec) {
  require(batch.observation_size == spec.observation_size && batch.action_size == spec.action_size,
          "the rows have the sizes " + std::to_string(batch.observation_size) + " (observation) and " +
              std::to_string(batch.action_size) + " (action); the environment has " +
              std::to_string(spec.observation_size) + " and " + std::to_string(spec.action_size));
  const auto finite = [](const float* numbers, int64_t count) {
    return std::all_of(numbers, numbers + count, [](float number) { return std::isfinite(number); });
  };
  require(finite(batch.observation, batch.size * batch.observation_size) &&
              finite(batch.next_observation, batch.size * batch.observation_size) && finite(batch.reward, batch.size),
          "a row contains a number that is not finite");
  for (int64_t index = 0; index < batch.size * batch.action_size; ++index) {
    const auto dimension = static_cast<std::size_t>(index % batch.action_size);
    const auto low = static_cast<float>(spec.action_low[dimension]);
    const auto high = static_cast<float>(spec.action_high[dimension]);
    require(batch.action[index] >= low && batch.action[index] <= high,
            "a row has the action " + text_of(batch.action[index]) + "; a number from " + text_of(low) + " to " +
                text_of(high) + " was expected");
  }
  for (int64_t row = 0; row < batch.size; ++row)
    require(batch.terminated[row] + batch.truncated[row] <= 1, "a row is both terminated and truncated");
}

}  // namespace weft::testing
