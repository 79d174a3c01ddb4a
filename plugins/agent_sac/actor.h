/// Actions of a SAC agent's policy.
#pragma once

#include <cstdint>
#include <vector>

#include "dense/dense.h"
#include "networks.h"
#include "weft/core/random.h"

namespace weft::sac {

/// Computes in parallel over blocks of rows, and owns the memory for that.
class Actor {
 public:
  Actor(const Networks& networks, int threads);

  /// `observations` [batch, obs] -> `actions` [batch, action_size] in the units of the environment: drawn with
  /// `random`, or the mean actions if it is null.
  void act(int64_t batch, const float* observations, Random* random, float* actions);

 private:
  struct Worker {
    std::vector<float> features, noise, action;
    dense::Workspace workspace;
  };
  void block(Worker& worker, int64_t rows, const float* observations, const uint64_t* seed, float* actions) const;

  const Networks& networks_;
  std::vector<Worker> workers_;
};

}  // namespace weft::sac
