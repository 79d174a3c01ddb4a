/// Shared by the tests of agents: a task of any size, batches, and agents made for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "support/network_state.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/policy.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

namespace weft::testing {

/// A task without dynamics: only sizes, bounds, and a first number that is an angle (with a `period` of 2 pi).
class Task final : public rl::Environment {
 public:
  Task(int64_t observation_size, std::vector<double> low, std::vector<double> high) {
    spec_.observation_size = observation_size;
    spec_.action_size = static_cast<int64_t>(low.size());
    spec_.action_low = std::move(low);
    spec_.action_high = std::move(high);
  }
  const rl::EnvironmentSpec& spec() const override { return spec_; }
  std::unique_ptr<rl::Simulation> make() const override { return nullptr; }
  void terminated(Span<const double>, Span<uint8_t>) const override {}
  void wrap(Span<double> observations) const override {
    if (period == 0.0) return;
    for (std::size_t at = 0; at < observations.size; at += static_cast<std::size_t>(spec_.observation_size))
      observations[at] = std::remainder(observations[at], period);
  }

  double period = 6.283185307179586;  ///< 0: nothing is wrapped

 private:
  rl::EnvironmentSpec spec_;
};

/// A task of the sizes of Hopper's actions, with bounds that are not symmetric.
inline const Task hopper_like(5, {-1.0, -2.0, 0.0}, {1.0, 2.0, 0.5});

/// An agent and its task.
struct TestedAgent {
  TestedAgent(const Plugin& plugin, const char* type, Task task_of, const std::string& parameters, int threads,
              uint64_t seed)
      : task(std::move(task_of)),
        made(plugin.make(type, parameters, {{"env", wire<rl::Environment>(task)}}, seed, "agent", threads)),
        agent(made->service<rl::Agent>("agent")),
        policy(made->service<rl::Policy>("policy")) {}
  TestedAgent(const TestedAgent&) = delete;

  double last(const std::string& metric) const { return made->context->metrics.at(metric).back(); }

  Task task;
  std::unique_ptr<Made> made;
  rl::Agent& agent;
  rl::Policy& policy;
};

struct Sac : TestedAgent {
  explicit Sac(Task task_of, const std::string& parameters, int threads = 1, uint64_t seed = 0)
      : TestedAgent(plugin(), "agent.sac", std::move(task_of), parameters, threads, seed) {}

  static const Plugin& plugin() {
    static const Plugin loaded("agent_sac");
    return loaded;
  }
};

struct Td3 : TestedAgent {
  explicit Td3(Task task_of, const std::string& parameters, int threads = 1, uint64_t seed = 0)
      : TestedAgent(plugin(), "agent.td3", std::move(task_of), parameters, threads, seed) {}

  static const Plugin& plugin() {
    static const Plugin loaded("agent_td3");
    return loaded;
  }
};

template <class T>
std::vector<T> read(const Archive& archive, const std::string& name) {
  const Archive::Entry& entry = archive.at(name);
  std::vector<T> values(entry.bytes.size() / sizeof(T));
  std::copy(entry.bytes.begin(), entry.bytes.end(), reinterpret_cast<unsigned char*>(values.data()));
  return values;
}

inline bool same(const Archive& one, const Archive& other) { return one.entries == other.entries; }

/// A batch of normal numbers, with actions inside the bounds and every fifth row terminated.
inline void fill(rl::TransitionBuffer& buffer, const rl::EnvironmentSpec& spec, int64_t size, uint64_t seed) {
  Random random(seed);
  buffer.resize(size, spec.observation_size, spec.action_size);
  const rl::TransitionRows rows = buffer.rows();
  random.normal(rows.observation, size * spec.observation_size);
  random.normal(rows.next_observation, size * spec.observation_size);
  random.normal(rows.reward, size);
  for (int64_t row = 0; row < size; ++row) {
    for (int64_t i = 0; i < spec.action_size; ++i) {
      const auto at = static_cast<std::size_t>(i);
      rows.action[row * spec.action_size + i] =
          static_cast<float>(random.uniform(spec.action_low[at], spec.action_high[at]));
    }
    rows.terminated[row] = row % 5 == 4;
    rows.truncated[row] = row % 7 == 6;  // without effect
  }
}

/// Agents with one thread and with two learn the same bytes, also after one of them was saved and loaded.
template <class Agent>
void check_continues(const std::string& parameters) {
  rl::TransitionBuffer buffer;
  Agent whole(hopper_like, parameters, 1), first(hopper_like, parameters, 2);
  for (uint64_t update = 0; update < 5; ++update) {
    testing::fill(buffer, whole.task.spec(), 300, update);
    whole.agent.update(buffer.batch());
    first.agent.update(buffer.batch());
  }
  testing::Archive saved = first.made->save();
  CHECK(same(saved, whole.made->save()));
  Agent second(hopper_like, parameters, 2, 99);  // another seed: everything comes from the saved state
  CHECK_FALSE(same(second.made->save(), saved));
  second.made->load(saved);
  for (uint64_t update = 5; update < 9; ++update) {
    testing::fill(buffer, whole.task.spec(), 300, update);
    whole.agent.update(buffer.batch());
    second.agent.update(buffer.batch());
  }
  CHECK(same(second.made->save(), whole.made->save()));
  CHECK(second.last("actor_loss") == whole.last("actor_loss"));

  std::vector<float> observations(300 * 5, 0.3f), one(900), two(900);
  Random random_one(1), random_two(1);
  whole.policy.sample(300, observations.data(), random_one, one.data());
  second.policy.sample(300, observations.data(), random_two, two.data());
  CHECK(one == two);
}

}  // namespace weft::testing
