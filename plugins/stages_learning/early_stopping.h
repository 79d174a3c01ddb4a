/// When a fit of an ensemble ends, and which members are its elites.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace weft::stages {

/// Tracks one score per member; smaller is better. A member improves when its score falls below its best score by more
/// than `improvement` relative to it; the first score is always an improvement.
class EarlyStopping {
 public:
  EarlyStopping(std::size_t members, double improvement)
      : improvement_(improvement), best_(members, std::numeric_limits<double>::infinity()) {}

  /// Takes the scores of an epoch; returns the members that improved.
  std::vector<int64_t> take(const std::vector<double>& scores) {
    std::vector<int64_t> improved;
    for (std::size_t member = 0; member < best_.size(); ++member) {
      const double best = best_[member];
      if (!std::isinf(best) && !(scores[member] < best - improvement_ * std::abs(best))) continue;
      best_[member] = scores[member];
      improved.push_back(static_cast<int64_t>(member));
    }
    idle_epochs_ = improved.empty() ? idle_epochs_ + 1 : 0;
    return improved;
  }

  /// Epochs since any member improved.
  int64_t idle_epochs() const { return idle_epochs_; }
  double best(int64_t member) const { return best_[static_cast<std::size_t>(member)]; }

  /// The `count` members with the smallest best scores, the best first; of equal scores, the smaller member number
  /// first.
  std::vector<int64_t> elites(int64_t count) const {
    std::vector<int64_t> members(best_.size());
    std::iota(members.begin(), members.end(), int64_t{0});
    std::stable_sort(members.begin(), members.end(), [this](int64_t a, int64_t b) { return best(a) < best(b); });
    members.resize(static_cast<std::size_t>(count));
    return members;
  }

 private:
  double improvement_;
  std::vector<double> best_;
  int64_t idle_epochs_ = 0;
};

}  // namespace weft::stages
