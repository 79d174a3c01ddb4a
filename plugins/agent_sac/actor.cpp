#include "actor.h"

#include <algorithm>
#include <cmath>

#include "dense/parallel.h"
#include "squashed_gaussian.h"

namespace weft::sac {

Actor::Actor(const Networks& networks, int threads) : networks_(networks), workers_(static_cast<std::size_t>(threads)) {
  const auto actions = static_cast<std::size_t>(networks.bounds.size());
  for (Worker& worker : workers_) {
    worker.features.resize(static_cast<std::size_t>(dense::rows_per_unit * networks.features.size()));
    worker.noise.resize(static_cast<std::size_t>(dense::rows_per_unit) * actions);
    worker.action.resize(actions);
  }
}

void Actor::act(int64_t batch, const float* observations, Random* random, float* actions) {
  const uint64_t seed = random ? random->next() : 0;
  dense::for_units(static_cast<int>(workers_.size()), dense::row_units(batch), [&](int64_t unit, int worker) {
    const int64_t first = unit * dense::rows_per_unit;
    const uint64_t block_seed = mix_seed(seed + static_cast<uint64_t>(unit));
    block(workers_[static_cast<std::size_t>(worker)], std::min(dense::rows_per_unit, batch - first),
          observations + first * networks_.features.observation_size(), random ? &block_seed : nullptr,
          actions + first * networks_.bounds.size());
  });
}

void Actor::block(Worker& worker, int64_t rows, const float* observations, const uint64_t* seed, float* actions) const {
  const Features& features = networks_.features;
  const int64_t m = networks_.bounds.size();
  features.write(rows, observations, worker.features.data(), features.size());
  const float* output =
      networks_.policy_shape.evaluate(networks_.policy.weights.data(), worker.features.data(), rows, worker.workspace);
  if (seed) Random(*seed).normal(worker.noise.data(), rows * m);
  for (int64_t row = 0; row < rows; ++row, output += 2 * m, actions += m) {
    if (seed) {
      sample_action(m, output, worker.noise.data() + row * m, worker.action.data());
    } else {
      std::transform(output, output + m, worker.action.data(), [](float mean) { return std::tanh(mean); });
    }
    networks_.bounds.denormalize(worker.action.data(), actions);
  }
}

}  // namespace weft::sac
