/// Stand-ins for tests of stages, small enough to compute every number by hand.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "weft/core/error.h"
#include "weft/core/random.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/rl/transitions.h"

namespace weft::testing {

/// One row of a stream.
struct Row {
  std::vector<float> observation, action, next_observation;
  float reward = 0.0f;
  uint8_t terminated = 0, truncated = 0;
  bool operator==(const Row& other) const {
    return observation == other.observation && action == other.action && next_observation == other.next_observation &&
           reward == other.reward && terminated == other.terminated && truncated == other.truncated;
  }
};

/// For messages; the printing of vectors in Torch's headers needs it as well.
inline std::ostream& operator<<(std::ostream& stream, const Row& row) {
  for (const float value : row.observation) stream << value << ' ';
  for (const float value : row.action) stream << value << ' ';
  for (const float value : row.next_observation) stream << value << ' ';
  return stream << row.reward << ' ' << int{row.terminated} << ' ' << int{row.truncated};
}

inline std::vector<Row> rows_of(const rl::TransitionBatch& batch) {
  const int64_t n = batch.observation_size, m = batch.action_size;
  std::vector<Row> rows;
  for (int64_t row = 0; row < batch.size; ++row)
    rows.push_back({{batch.observation + row * n, batch.observation + (row + 1) * n},
                    {batch.action + row * m, batch.action + (row + 1) * m},
                    {batch.next_observation + row * n, batch.next_observation + (row + 1) * n},
                    batch.reward[row],
                    batch.terminated[row],
                    batch.truncated[row]});
  return rows;
}

struct Recorder final : rl::TransitionSink {
  void receive(const rl::TransitionBatch& batch) override {
    batches.push_back(rows_of(batch));
    rows.insert(rows.end(), batches.back().begin(), batches.back().end());
  }
  std::vector<std::vector<Row>> batches;
  std::vector<Row> rows;
};

/// A point on a ring of circumference 2: x' = x + action / 2, observed as (wrapped x in [-1, 1), steps so far).
/// The reward is x; a step to x' >= 0.9 (before wrapping) ends the task.
struct Ring final : rl::Environment {
  Ring() {
    task.observation_size = 2;
    task.action_size = 1;
    task.state_size = 2;
    task.action_low = {-0.1};
    task.action_high = {0.7};
    task.time_limit = 20;
    task.has_termination = true;
  }
  static double wrapped(double x) { return x - 2.0 * std::floor((x + 1.0) / 2.0); }

  struct Run final : rl::Simulation {
    explicit Run(const Ring& owner) : ring(owner) {}
    void reset(uint64_t seed) override {
      ring.resets.push_back(seed);
      x = Random(seed).uniform(-1.0, 0.5);
      steps = 0.0;
    }
    void observation(Span<double> out) const override {
      out[0] = wrapped(x);
      out[1] = steps;
    }
    rl::StepResult step(Span<const double> action, Span<double> next) override {
      if (ring.fails) throw Error("the ring broke");
      rl::StepResult result;
      result.reward = steps == ring.bad_reward_at ? std::numeric_limits<double>::quiet_NaN() : x;
      x = wrapped(x) + action[0] / 2.0;
      steps += 1.0;
      next[0] = steps == ring.bad_observation_at ? std::numeric_limits<double>::infinity() : x;
      next[1] = steps;
      result.terminated = x >= 0.9;
      result.truncated = !result.terminated && static_cast<int64_t>(steps) >= ring.task.time_limit;
      return result;
    }
    void state(Span<double> out) const override {
      out[0] = x;
      out[1] = steps;
    }
    void set_state(Span<const double> state) override {
      x = state[0];
      steps = state[1];
    }
    void save(StateWriter& writer) const override { writer.array("all", std::vector<double>{x, steps}); }
    void load(StateReader& reader) override {
      const auto all = reader.vector<double>("all");
      x = all.at(0);
      steps = all.at(1);
    }
    const Ring& ring;
    double x = 0.0, steps = 0.0;
  };

  const rl::EnvironmentSpec& spec() const override { return task; }
  std::unique_ptr<rl::Simulation> make() const override { return std::make_unique<Run>(*this); }
  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    for (std::size_t row = 0; row < out.size; ++row) out[row] = observations[2 * row] >= 0.9 ? 1 : 0;
  }
  void clip(Span<double> next_observations) const override {
    for (std::size_t row = 0; row < next_observations.size / 2; ++row)
      next_observations[2 * row + 1] = std::min(next_observations[2 * row + 1], most_steps);
  }
  void wrap(Span<double> observations) const override {
    for (std::size_t row = 0; row < observations.size / 2; ++row)
      observations[2 * row] = wrapped(observations[2 * row]);
  }

  rl::EnvironmentSpec task;
  bool fails = false;
  double bad_reward_at = -1.0, bad_observation_at = -1.0;
  double most_steps = std::numeric_limits<double>::infinity();  ///< what clip() limits the second number to
  mutable std::vector<uint64_t> resets;
};

/// Samples within [-0.1, 0.7]; its mean action is 0.1 - 0.1 x.
struct RingPolicy final : rl::Policy {
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  void sample(int64_t batch, const float* seen_now, Random& random, float* actions) override {
    seen.insert(seen.end(), seen_now, seen_now + 2 * batch);
    for (int64_t row = 0; row < batch; ++row)
      actions[row] = broken ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(random.uniform(-0.1, 0.7));
  }
  void deterministic(int64_t batch, const float* seen_now, float* actions) override {
    for (int64_t row = 0; row < batch; ++row) actions[row] = 0.1f - 0.1f * seen_now[2 * row];
  }
  int64_t observations = 2;
  bool broken = false;
  std::vector<float> seen;  ///< every observation passed to sample()
};

/// Rows computed from their number: observation (row, -row), action row + 0.5, next observation
/// (row + 1, -row), reward `tag` + row.
struct Counting final : rl::Dataset {
  explicit Counting(int64_t count, float first_reward = 0.0f) : rows(count), tag(first_reward) {}
  int64_t size() const override { return rows; }
  int64_t observation_size() const override { return 2; }
  int64_t action_size() const override { return 1; }
  void gather(Span<const int64_t> wanted, rl::TransitionRows out) const override {
    for (std::size_t index = 0; index < wanted.size; ++index) {
      const auto row = static_cast<float>(wanted[index]);
      out.observation[2 * index] = row;
      out.observation[2 * index + 1] = -row;
      out.action[index] = row + 0.5f;
      out.next_observation[2 * index] = row + 1.0f + stretch * row;
      out.next_observation[2 * index + 1] = -row;
      out.reward[index] = tag + row;
      out.terminated[index] = wanted[index] % 4 == 3 ? 1 : 0;
      out.truncated[index] = 1 - out.terminated[index];
    }
  }
  int64_t rows;
  float tag;
  float stretch = 0.0f;  ///< how much faster the change of the first number grows with the row
};

}  // namespace weft::testing
