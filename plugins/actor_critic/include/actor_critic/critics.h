/// One update of an actor-critic agent's twin critics, forward and backward written out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "actor_critic/checks.h"
#include "actor_critic/networks.h"
#include "dense/dense.h"
#include "weft/core/component.h"
#include "weft/rl/transitions.h"

namespace weft::actor_critic {

/// Statistics of one update; means over the batch.
struct CriticReport {
  double loss = 0.0;                ///< sum of the squared errors of both critics
  double value = 0.0;               ///< mean of both critics, before the update
  std::optional<Range> left_range;  ///< as ValueRange::check() returned it
};

/// The actions at the next observations that an update computes its targets with.
struct NextActions {
  const float* critic_input = nullptr;                  ///< [batch, features + actions]
  double alpha = 0.0;                                   ///< the entropy bonus is -alpha log pi
  const std::vector<float>* log_probability = nullptr;  ///< log pi, [batch]; null: no bonus
};

/// Fits the critics to y = reward_scale r + gamma (not terminated) (min_i Qt_i(s', a') - alpha log pi(a'|s')) with the
/// loss mean (Q_1 - y)^2 + mean (Q_2 - y)^2. Owns the memory that updates work in; allocates only when the batch grows.
class CriticLearner {
 public:
  /// With the parameters `gamma`, `reward_scale`, `critic_learning_rate` and `tau`.
  CriticLearner(const Setup& setup, Networks& networks);

  /// Updates so far, also before a checkpoint.
  int64_t updates() const { return updates_; }

  /// Then moves the targets toward the critics, if `move_targets`. Parallel over the critics. Throws Error when the
  /// loss is not finite; the networks are unusable then.
  CriticReport update(const rl::TransitionBatch& batch, const NextActions& next, bool move_targets, int threads);

  /// FLOP of an update's matrix products, per row.
  double flop() const;
  /// Memory for passes through critic `i` between updates.
  dense::Workspace& workspace(std::size_t i) { return workspace_[i]; }

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  Networks& networks_;
  double gamma_, reward_scale_, learning_rate_, tau_;
  int64_t updates_ = 0;
  ValueRange value_range_;
  std::vector<float> input_;                          // [batch, features + actions], with the actions of the batch
  std::array<std::vector<float>, 2> target_value_;    // [batch], of each target
  std::array<std::vector<float>, 2> value_;           // [batch], of each critic
  std::array<std::vector<float>, 2> value_gradient_;  // [batch], of the loss
  std::array<dense::Workspace, 2> workspace_;
};

}  // namespace weft::actor_critic
