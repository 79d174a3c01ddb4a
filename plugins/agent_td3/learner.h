/// One TD3 update, forward and backward written out (Fujimoto, van Hoof and Meger, ICML 2018, algorithm 1).
#pragma once

#include <cstdint>
#include <vector>

#include "actor_critic/critics.h"
#include "dense/dense.h"
#include "networks.h"
#include "weft/core/random.h"
#include "weft/rl/transitions.h"

namespace weft::td3 {

struct Settings {
  double tau = 0.005;
  double actor_learning_rate = 3e-4;
  double target_noise = 0.2;       ///< standard deviation, for actions in [-1, 1]
  double target_noise_clip = 0.5;  ///< the largest noise, likewise
  int64_t actor_every = 2;         ///< critic updates per update of the actor and of all targets
};

/// Statistics of one update; means over the batch.
struct Report {
  actor_critic::CriticReport critics;
  bool actor_updated = false;  ///< whether the next one is set
  double actor_loss = 0.0;
  double flop = 0.0;  ///< of the matrix products
};

/// Owns the memory that updates work in; allocates only when the batch grows.
///
/// Update u = 1, 2, ... fits the critics (see CriticLearner) with the actions a' = clip(pi_t(s') +
/// clip(target_noise N(0, 1), +- target_noise_clip), +- 1). If u is a multiple of `actor_every`, it then fits the
/// policy with the loss -mean Q_1(s, pi(s)), and moves all targets toward their networks.
class Learner {
 public:
  Learner(const Setup& setup, Networks& networks);

  /// Parallel over critics and blocks of rows. Throws Error when a loss is not finite; the networks are unusable then.
  Report update(const rl::TransitionBatch& batch, Random& random, int threads);

  void save(StateWriter& writer) const { critics_.save(writer); }
  void load(StateReader& reader) { critics_.load(reader); }

 private:
  /// Memory for the pass of a block of rows through policy and first critic.
  struct Block {
    std::vector<float> features, noise;     // [rows, features], [rows, actions]
    std::vector<float> critic_input;        // [rows, features + actions]
    std::vector<float> value_gradient;      // [rows], of the actor's loss
    std::vector<float> output_gradient;     // [rows, actions]
    std::vector<float> parameter_gradient;  // of the policy
    double value = 0.0;                     // sum over the rows
    dense::Workspace policy, critic;
  };

  void resize(int64_t batch);
  void draw_next_actions(const rl::TransitionBatch& batch, uint64_t seed, int threads);
  void update_actor(const rl::TransitionBatch& batch, int threads, Report& report);
  void actor_gradient(Block& block, const float* observations, int64_t rows, float* gradient) const;
  int64_t rows_of(int64_t block) const;
  double flop(bool with_actor) const;

  Networks& networks_;
  Settings settings_;
  actor_critic::CriticLearner critics_;

  int64_t batch_ = 0;
  std::vector<float> next_input_;  // [batch, features + actions]
  std::vector<Block> blocks_;
};

}  // namespace weft::td3
