/// Checks of an actor-critic agent's updates: batches, losses, and values that no policy can have.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "weft/core/state.h"
#include "weft/rl/transitions.h"

namespace weft::actor_critic {

/// Throws Error unless the batch has at least one row, of these sizes.
void require_batch(const rl::TransitionBatch& batch, int64_t observation_size, int64_t action_size);

/// Throws Error when the loss called `name` is not finite; names the first number of the batch that is not either.
void require_finite_loss(const char* name, double loss, int64_t update, const rl::TransitionBatch& batch);

double mean(const std::vector<float>& values);

/// The smallest and largest of some numbers; none at first.
struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  void include(double number) {
    low = std::min(low, number);
    high = std::max(high, number);
  }
};

/// Notices critics whose mean value no policy can have, given the rewards so far. A value is a discounted sum of scaled
/// rewards and, for the steps after the first, bonuses (for the entropy); an episode may end after the first step.
class ValueRange {
 public:
  ValueRange(double gamma, double reward_scale) : gamma_(gamma), reward_scale_(reward_scale) {}

  /// Includes the batch's rewards and the mean bonus of its next steps. Returns what the mean value should lie in, the
  /// first time that it lies outside by more than the width of that range; otherwise nothing.
  std::optional<Range> check(const rl::TransitionBatch& batch, double bonus, double value);

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  double gamma_, reward_scale_;
  Range rewards_, bonuses_;
  bool left_ = false;  // whether a value did
};

/// The warning for what check() returned; `included` says what else the range counts: ", entropy bonuses included".
std::string left_range(double value, const Range& range, const char* included);

}  // namespace weft::actor_critic
