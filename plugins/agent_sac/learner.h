/// One SAC update, forward and backward written out (Haarnoja et al., 2018, with a learned temperature).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "actor_critic/critics.h"
#include "dense/dense.h"
#include "networks.h"
#include "weft/core/random.h"
#include "weft/rl/transitions.h"

namespace weft::sac {

struct Settings {
  double actor_learning_rate = 3e-4;
  double alpha_learning_rate = 3e-4;
  double target_entropy = -1.0;  ///< of the whole action, in nats
  bool learn_alpha = true;
  int64_t actor_every = 1;   ///< critic updates per update of the actor and the temperature
  int64_t target_every = 1;  ///< critic updates per update of the targets
};

/// Statistics of one update; means over the batch.
struct Report {
  actor_critic::CriticReport critics;
  bool actor_updated = false;  ///< whether the next two are set
  double actor_loss = 0.0;
  double entropy = 0.0;  ///< -log pi of the actions drawn for the actor's loss
  double flop = 0.0;     ///< of the matrix products
};

/// Owns the memory that updates work in; allocates only when the batch grows.
///
/// Update u = 1, 2, ... fits the critics (see CriticLearner) to targets with entropy bonuses, and moves the targets
/// toward them if u is a multiple of `target_every`. Then, if u is a multiple of `actor_every`, it fits the policy with
/// the loss mean(alpha log pi(a|s) - min_i Q_i(s, a)) and log alpha with the loss mean(alpha (-log pi -
/// target_entropy)), both with the alpha from before the update.
class Learner {
 public:
  Learner(const Setup& setup, Networks& networks);

  /// Parallel over critics and blocks of rows. Throws Error when a loss is not finite; the networks are unusable then.
  Report update(const rl::TransitionBatch& batch, Random& random, int threads);

  void save(StateWriter& writer) const { critics_.save(writer); }
  void load(StateReader& reader) { critics_.load(reader); }

 private:
  /// Actions drawn from the policy for every row of the batch, as part of the critics' inputs.
  struct Drawn {
    std::vector<float> critic_input;     // [batch, features + actions]
    std::vector<float> noise;            // [batch, actions]
    std::vector<float> log_probability;  // [batch]
  };
  /// Memory for the pass of a block of rows through the policy.
  struct Block {
    std::vector<float> features, output_gradient,
        parameter_gradient;         // [rows, features], [rows, 2 actions], [parameters]
    const float* output = nullptr;  // [rows, 2 actions], in `workspace`
    dense::Workspace workspace;
  };

  void resize(int64_t batch);
  void draw(const rl::TransitionBatch& batch, bool for_actor, uint64_t seed, int threads);
  void draw_block(Block& block, const float* observations, int64_t first, int64_t rows, uint64_t seed, bool keep,
                  Drawn& drawn);
  void update_actor(int threads, Report& report);
  void policy_gradient(int threads, float alpha);
  int64_t rows_of(int64_t block) const;
  double flop(bool with_actor) const;

  Networks& networks_;
  Settings settings_;
  actor_critic::CriticLearner critics_;

  int64_t batch_ = 0;
  Drawn next_, current_;
  std::array<std::vector<float>, 2> value_;            // [batch], of each critic at the drawn actions
  std::array<std::vector<float>, 2> value_gradient_;   // [batch], of the actor's loss
  std::array<std::vector<float>, 2> action_gradient_;  // [batch, actions]
  std::vector<Block> next_blocks_, current_blocks_;
};

}  // namespace weft::sac
