/// What turns the outputs of a network into the prediction: the units of the targets, and the observation to which a
/// predicted change belongs.
///
/// With output m and log-variance l of the network, mean mu and deviation sd of the targets, and observation s:
/// mean = mu + sd m (minus s if the network predicts the next observation), log_variance = l + 2 ln sd.
/// Source: Barkley and Fridovich-Keil, 2025 (arXiv 2510.01457): normalized targets and direct prediction.
#pragma once

#include <cstdint>
#include <vector>

#include "weft/core/state.h"

namespace weft::model_mlp {

/// How the last layer has to change when the statistics do, so that predictions do not: its weights and biases for
/// output k become `factor[k] * w` and `factor[k] * b + shift[k]`; the biases of its log-variance move by
/// `log_variance_shift[k]` (exact within the bounds of log-variances). All `[n + 1]`.
struct OutputChange {
  std::vector<float> factor, shift, log_variance_shift;
};

/// What the network of a model is trained to output.
enum class Target { change, next_observation };

class OutputScale {
 public:
  /// `observation_size` is n. Without `normalize`, mu is 0 and sd is 1.
  OutputScale(int64_t observation_size, bool normalize, Target target);

  /// Computes mu and sd from the targets of `rows` rows: `observation` and `next_observation` `[rows, n]`, `reward`
  /// `[rows]`. The deviation is that of the rows (N, not N - 1), and 1 for targets that are constant up to rounding:
  /// deviations of at most 1e-6 of the largest target, or 1e-12. Returns whether the last layer has to change, and
  /// writes how; the first fit changes nothing, because the initial weights are meant for normalized targets.
  bool fit(int64_t rows, const float* observation, const float* next_observation, const float* reward,
           OutputChange& change);

  /// Turns outputs of the network `[rows, n + 1]` into predictions, in place; `log_variance` may be null.
  void apply(int64_t rows, const float* observation, float* mean, float* log_variance) const;
  /// Turns gradients with respect to `mean` `[rows, n + 1]` into those with respect to the outputs of the network, in
  /// place. Those with respect to `log_variance` do not change.
  void backward(int64_t rows, float* mean) const;
  /// Adds to the gradients of the observation `[rows, n]` what does not pass through the network, given those with
  /// respect to `mean`.
  void add_direct_gradient(int64_t rows, const float* mean, float* observation) const;

  void save(StateWriter& writer) const;
  void load(StateReader& reader);

 private:
  void update_shifts();

  int64_t observation_size_;
  bool normalize_;
  Target target_;
  bool fitted_ = false;
  std::vector<float> mean_, deviation_;    // [n + 1]
  std::vector<float> log_variance_shift_;  // [n + 1]: 2 ln sd
};

}  // namespace weft::model_mlp
