/// The interfaces between a dynamics model, a model loss, and the stage that fits the model with the loss.
///
/// A model predicts for all members of its ensemble at once. A loss prepares itself for the rows of a fit, then turns
/// predictions into one number per member and sample, and never sees the network. The stage averages over the batch,
/// sums over the members, calls backward() and then DynamicsModel::step. Therefore every loss works with the model's
/// own forward and backward pass.
///
/// All tensors are float32 on the CPU unless noted. Shapes use n for the observation size and m for the action size.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "weft/core/error.h"
#include "weft/core/random.h"

namespace weft::rl {

/// The prediction of an ensemble for a batch.
struct Prediction {
  at::Tensor mean;          ///< [members, batch, n + 1]: change of the observation, then the reward
  at::Tensor log_variance;  ///< [members, batch, n + 1], or undefined for deterministic models
};

/// All rows of one fit, not normalized. Rows 0 .. training_rows - 1 are for training, the others for validation. The
/// tensors belong to the stage and must not be changed. A model may use them until the next begin_fit(), a LossFit as
/// long as it exists.
struct FitData {
  at::Tensor observation;            ///< [rows, n]
  at::Tensor action;                 ///< [rows, m], in the units of the environment
  at::Tensor next_observation;       ///< [rows, n]
  at::Tensor reward;                 ///< [rows]
  at::Tensor terminated;             ///< [rows] bool: no value bootstraps from the next observation of this row
  int64_t training_rows = 0;         ///< how many rows, from the first on, are for training
  int64_t tick = 0;                  ///< tick of the run in which the fit begins
  bool trains_log_variance = false;  ///< ModelLoss::trains_log_variance() of the fit's loss
};

/// The rows that a prediction was made for; each member has its own rows. Must not be changed.
struct MemberBatch {
  at::Tensor row;               ///< [members, batch] int64: row numbers in the FitData of the fit
  at::Tensor observation;       ///< [members, batch, n]
  at::Tensor next_observation;  ///< [members, batch, n]
  at::Tensor target;            ///< [members, batch, n + 1]: next_observation - observation, then the reward
};

/// Settings of Adam (Kingma and Ba, ICLR 2015, algorithm 1).
struct AdamSettings {
  double learning_rate = 1e-3;
  double weight_decay = 0.0;  ///< times the parameters, added to the gradients of all parameters (coupled L2)
  double beta1 = 0.9;         ///< decay of the first moment
  double beta2 = 0.999;       ///< decay of the second moment
  double epsilon = 1e-8;      ///< added to the square root of the second moment
};

/// The service of a dynamics model: an ensemble that predicts the next observation and the reward. It owns its
/// parameters, their gradients, the optimizer state and the normalizer of its inputs.
class DynamicsModel {
 public:
  static constexpr const char* interface_id = "weft.rl.dynamics_model/1";
  virtual ~DynamicsModel() = default;

  /// Number of ensemble members, at least 1.
  virtual int64_t members() const = 0;
  /// How many members rollouts draw from, 1 .. members().
  virtual int64_t elites() const = 0;
  /// Numbers in one observation, n.
  virtual int64_t observation_size() const = 0;
  /// Numbers in one action, m.
  virtual int64_t action_size() const = 0;
  /// Whether predictions have a log-variance.
  virtual bool has_log_variance() const = 0;

  /// Begins a fit: computes the statistics of the normalizers. What the model predicts stays as it is, up to the
  /// change of the input statistics, and so does the optimizer state. Unless `data.trains_log_variance`, the
  /// log-variances of the fit have no meaning, and sample() must not draw noise from them.
  virtual void begin_fit(const FitData& data) = 0;

  /// Predicts for `observation` `[members, batch, n]` and `action` `[members, batch, m]`, not normalized; member i
  /// predicts for rows `[i]`. If gradients are enabled, the prediction is differentiable in the model's parameters, and
  /// in the inputs that require gradients; with at::NoGradGuard nothing is stored for a backward pass. backward() works
  /// only for the latest prediction: the next call may reuse its buffers. Throws Error if a tensor has another shape or
  /// element type.
  virtual Prediction predict(const at::Tensor& observation, const at::Tensor& action) = 0;

  /// Performs one optimizer step with the gradients accumulated by backward() since the last step, then clears them.
  /// Members are independent: the gradients of one member's rows change only that member.
  virtual void step(const AdamSettings& settings) = 0;

  /// Stores a copy of the weights of one member, replacing an earlier copy. The copy belongs to the model and is not
  /// part of its saved state, because a fit begins and ends inside one tick.
  virtual void snapshot(int64_t member) = 0;
  /// Restores the weights of one member from its last snapshot(); changes no other member. Call it only after a
  /// snapshot() of that member.
  virtual void restore(int64_t member) = 0;

  /// Sets the members that rollouts draw from: elites() different numbers in 0 .. members() - 1.
  virtual void set_elites(const std::vector<int64_t>& members) = 0;

  /// Performs one imagined step for each of `batch` rows: reads `observation` `[batch, n]` and `action` `[batch, m]`,
  /// writes `next_observation` `[batch, n]` and `reward` `[batch]`, all row-major and owned by the caller. The elite
  /// that predicts a row, and the noise if the model has a variance that its last fit trained, are drawn from `random`;
  /// equal engines give equal numbers.
  virtual void sample(int64_t batch, const float* observation, const float* action, Random& random,
                      float* next_observation, float* reward) = 0;
};

/// A loss that is prepared for the rows of one fit. The loss of a sample must not depend on other samples or other
/// members, so that members stay independent.
class LossFit {
 public:
  virtual ~LossFit() = default;

  /// The losses `[members, batch]`, differentiable in the tensors of the prediction: a state term, averaged over the
  /// state dimensions, plus a reward term. The stage averages them over the batch and sums over the members. Tensors
  /// may have any memory layout.
  virtual at::Tensor loss(const Prediction& prediction, const MemberBatch& batch) = 0;

  /// The scores `[members, batch]` that decide when a fit stops and which members are elites: lower is better. Called
  /// with gradients disabled. The default returns loss().
  virtual at::Tensor score(const Prediction& prediction, const MemberBatch& batch) { return loss(prediction, batch); }
};

/// The service of a model loss. A loss that computes nothing in advance overrides loss(), and score() if it differs;
/// one that computes something for the rows of a fit overrides prepare(). Several stages may use one loss.
class ModelLoss {
 public:
  static constexpr const char* interface_id = "weft.rl.model_loss/1";
  virtual ~ModelLoss() = default;

  /// Whether the losses read Prediction::log_variance, and therefore train it. If so, stages refuse a model without
  /// one; if not, a model with one samples without noise after the fit. Constant. Default: no.
  virtual bool trains_log_variance() const { return false; }

  /// Prepares the loss for a fit. Compute here, once, what depends only on the data and on a value function: value
  /// gradients, weights. The caller owns the result, takes it with Wire::own, and destroys it before this component.
  /// Must not return null. The default forwards to loss() and score() of this class.
  virtual std::unique_ptr<LossFit> prepare(const FitData& data) {
    (void)data;
    return std::make_unique<Forwarding>(*this);
  }

  /// As LossFit::loss(), for losses without prepare(). Stages call it only through what prepare() returned. The default
  /// throws Error.
  virtual at::Tensor loss(const Prediction& prediction, const MemberBatch& batch) {
    (void)prediction, (void)batch;
    throw Error("this loss overrides neither prepare() nor loss(); a model loss has to override one of them");
  }
  /// As LossFit::score(), for losses without prepare(). The default returns loss().
  virtual at::Tensor score(const Prediction& prediction, const MemberBatch& batch) { return loss(prediction, batch); }

 private:
  class Forwarding final : public LossFit {
   public:
    explicit Forwarding(ModelLoss& loss) : loss_(loss) {}
    at::Tensor loss(const Prediction& prediction, const MemberBatch& batch) override {
      return loss_.loss(prediction, batch);
    }
    at::Tensor score(const Prediction& prediction, const MemberBatch& batch) override {
      return loss_.score(prediction, batch);
    }

   private:
    ModelLoss& loss_;
  };
};

}  // namespace weft::rl
