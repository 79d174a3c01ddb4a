/// The seam between dynamics model, model loss and the stage that fits one with the other.
///
/// A model predicts for all of its members at once; a loss turns a prediction into a number per member and
/// sample and never sees the network; the stage takes means and sums, and calls step. So any loss gets the
/// forward and backward pass that the model has. Tensors are float32 on the CPU unless said.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "weft/core/random.h"

namespace weft::rl {

/// What an ensemble says of a batch. n: observation size.
struct Prediction {
  at::Tensor mean;          ///< [members, batch, n + 1]: change of the observation, then the reward
  at::Tensor log_variance;  ///< the same shape, or undefined for deterministic models
};

/// All rows of one fit, numbered 0 .. rows - 1 and un-normalised; rows 0 .. training_rows - 1 are for
/// training, the others for validation. Valid until the next begin_fit.
struct FitData {
  at::Tensor observation;       ///< [rows, n]
  at::Tensor action;            ///< [rows, m]
  at::Tensor next_observation;  ///< [rows, n]
  at::Tensor reward;            ///< [rows]
  int64_t training_rows = 0;
  int64_t tick = 0;  ///< of the run, when the fit begins
};

/// The rows that a prediction is about: each member has its own.
struct MemberBatch {
  at::Tensor row;               ///< [members, batch] int64: numbers into FitData
  at::Tensor observation;       ///< [members, batch, n]
  at::Tensor next_observation;  ///< [members, batch, n]
  at::Tensor target;            ///< [members, batch, n + 1]: next_observation - observation, then the reward
};

/// Adam (Kingma and Ba, 2015); weight decay is added to the gradient (coupled L2), for all parameters.
struct AdamSettings {
  double learning_rate = 1e-3;
  double weight_decay = 0.0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
};

/// The service: an ensemble that predicts what follows an action.
class DynamicsModel {
 public:
  static constexpr const char* interface_id = "weft.rl.dynamics_model/1";
  virtual ~DynamicsModel() = default;

  virtual int64_t members() const = 0;
  virtual int64_t elites() const = 0;  ///< how many members rollouts draw from, 1 .. members
  virtual int64_t observation_size() const = 0;
  virtual int64_t action_size() const = 0;
  virtual bool has_log_variance() const = 0;  ///< whether predictions have a log-variance

  /// Before a fit: takes the statistics of all rows for its input normaliser. Weights and optimiser go on
  /// from where they are.
  virtual void begin_fit(const FitData& data) = 0;

  /// `observation` `[members, batch, n]`, `action` `[members, batch, m]`, un-normalised. Differentiable in
  /// the model's own parameters while gradients are enabled, and in the inputs where they ask for it. With
  /// gradients disabled (at::NoGradGuard) nothing is kept. One prediction at a time can be backpropagated:
  /// the next call of predict may reuse its buffers.
  virtual Prediction predict(const at::Tensor& observation, const at::Tensor& action) = 0;

  /// One optimiser step with the gradients gathered by backward() since the last one, which it clears.
  virtual void step(const AdamSettings& settings) = 0;

  /// Keeps a copy of one member's weights; restore() brings it back. The copy belongs to the model, is made
  /// anew by each call, and is not part of the saved state (a fit begins and ends inside one tick).
  virtual void snapshot(int64_t member) = 0;
  virtual void restore(int64_t member) = 0;

  /// The members that rollouts draw from: elites() different numbers.
  virtual void set_elites(const std::vector<int64_t>& members) = 0;

  /// One imagined step for `batch` rows: `observation` `[batch, n]`, `action` `[batch, m]` ->
  /// `next_observation` `[batch, n]`, `reward` `[batch]`. Which elite speaks for a row, and noise where the
  /// model has a variance, are drawn from `random`.
  virtual void sample(int64_t batch, const float* observation, const float* action, Random& random,
                      float* next_observation, float* reward) = 0;
};

/// The service: a loss for dynamics models. No loss couples the samples of a batch or the members.
class ModelLoss {
 public:
  static constexpr const char* interface_id = "weft.rl.model_loss/1";
  virtual ~ModelLoss() = default;

  /// Whether it needs Prediction::log_variance; a model without one is a wiring error then.
  virtual bool needs_log_variance() const { return false; }

  /// Before a fit: everything that depends on data and value function alone is computed here, once.
  virtual void begin_fit(const FitData& data) { (void)data; }

  /// `[members, batch]`, differentiable in the prediction: a state term, the mean over state dimensions,
  /// plus a reward term. The stage takes the mean over the batch and the sum over members.
  virtual at::Tensor loss(const Prediction& prediction, const MemberBatch& batch) = 0;

  /// What early stopping and the choice of elites go by, `[members, batch]`; called with gradients disabled.
  virtual at::Tensor score(const Prediction& prediction, const MemberBatch& batch) { return loss(prediction, batch); }
};

}  // namespace weft::rl
