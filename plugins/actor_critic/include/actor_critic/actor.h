/// Actions of an actor-critic agent's policy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "actor_critic/networks.h"
#include "dense/dense.h"
#include "dense/parallel.h"
#include "weft/core/random.h"

namespace weft::actor_critic {

/// Computes in parallel over blocks of rows, and owns the memory for that.
class Actor {
 public:
  Actor(const Networks& networks, int threads) : networks_(networks), workers_(static_cast<std::size_t>(threads)) {
    const auto room = [](int64_t columns) { return static_cast<std::size_t>(dense::rows_per_unit * columns); };
    for (Worker& worker : workers_) {
      worker.features.resize(room(networks.features.size()));
      worker.noise.resize(room(networks.bounds.size()));
      worker.action.resize(static_cast<std::size_t>(networks.bounds.size()));
    }
  }

  /// `observations` [batch, obs] -> `actions` [batch, action_size] in the units of the environment. Calls
  /// `to_action(output, noise, action)` for each row: from `output`, a row of the policy's, it writes `action`, in [-1,
  /// 1]. `noise` [action_size], standard normal, comes from `random`; it is null if that is null.
  template <class ToAction>
  void act(int64_t batch, const float* observations, Random* random, float* actions, const ToAction& to_action) {
    const int64_t n = networks_.features.observation_size(), m = networks_.bounds.size();
    const uint64_t seed = random ? random->next() : 0;
    dense::for_units(static_cast<int>(workers_.size()), dense::row_units(batch), [&](int64_t unit, int thread) {
      Worker& worker = workers_[static_cast<std::size_t>(thread)];
      const int64_t first = unit * dense::rows_per_unit, rows = std::min(dense::rows_per_unit, batch - first);
      networks_.features.write(rows, observations + first * n, worker.features.data(), networks_.features.size());
      const float* output = networks_.policy_shape.evaluate(networks_.policy.weights.data(), worker.features.data(),
                                                            rows, worker.workspace);
      if (random) Random(mix_seed(seed + static_cast<uint64_t>(unit))).normal(worker.noise.data(), rows * m);
      for (int64_t row = 0; row < rows; ++row, output += networks_.policy_shape.outputs()) {
        to_action(output, random ? worker.noise.data() + row * m : nullptr, worker.action.data());
        networks_.bounds.denormalize(worker.action.data(), actions + (first + row) * m);
      }
    });
  }

 private:
  struct Worker {
    std::vector<float> features, noise, action;
    dense::Workspace workspace;
  };

  const Networks& networks_;
  std::vector<Worker> workers_;
};

}  // namespace weft::actor_critic
