/// The components that benchmarks measure: real plugins from disk, made and wired as in a graph.
#pragma once

#include <string>

#include "benchmark.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/transitions.h"
#include "weft/testing/acting.h"
#include "weft/testing/bench.h"

namespace weft::bench {

using MadeComponent = std::unique_ptr<testing::Made>;

inline MadeComponent make_component(const std::string& plugin, const std::string& type,
                                    const std::string& parameters = "", testing::Wires wires = {},
                                    int thread_count = threads) {
  return testing::Plugin(plugin).make(type, parameters, std::move(wires), 1, type, thread_count);
}

/// An environment, and an agent for it.
struct Task {
  Task(const std::string& plugin, const std::string& type, const std::string& agent_parameters,
       int thread_count = threads)
      : environment(make_component(plugin, type)),
        agent(make_component("agent_sac", "agent.sac", agent_parameters, {{"env", testing::wire(env())}},
                             thread_count)) {}

  rl::Environment& env() const { return environment->service<rl::Environment>("environment"); }
  const rl::EnvironmentSpec& spec() const { return env().spec(); }

  MadeComponent environment, agent;
};

/// A replay, and the sink of its rows.
inline MadeComponent make_replay(const std::string& parameters) {
  return make_component("stages_acting", "stage.replay", parameters);
}
inline rl::TransitionSink& sink(const testing::Made& replay) {
  return *static_cast<rl::TransitionSink*>(replay.type->slots[0]->receiver(replay.component.get()));
}

/// A replay full of random rows.
inline MadeComponent filled_replay(const rl::EnvironmentSpec& spec, int64_t rows) {
  MadeComponent replay = make_replay("capacity = " + std::to_string(rows));
  sink(*replay).receive(testing::random_transitions(spec, rows, 1).batch());
  return replay;
}

/// Two hidden layers as a parameter of an agent.
inline std::string hidden(int64_t width) {
  return "hidden = [" + std::to_string(width) + ", " + std::to_string(width) + "]";
}

struct Hopper : Task {
  explicit Hopper(int64_t width = 256) : Task("env_mujoco", "env.hopper", hidden(width)) {}
};

}  // namespace weft::bench
