// stage.fit_model: fits an ensemble to the rows of a data set with the loss that is wired.
#include <ATen/TensorOperators.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/sum.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "early_stopping.h"
#include "fitting/fit_data.h"
#include "fitting/validation.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/rows.h"

namespace weft::stages {
namespace {

constexpr int64_t steps_per_progress = 200;

/// The training rows of each member, `[members][training_rows]`: drawn with replacement for each member (bootstrap), or
/// each row once.
std::vector<std::vector<int64_t>> member_rows(int64_t members, int64_t training_rows, bool bootstrap, Random& random) {
  std::vector<std::vector<int64_t>> rows(static_cast<std::size_t>(members), rl::all_rows(training_rows));
  if (bootstrap)
    for (std::vector<int64_t>& own : rows) rl::draw_rows(own, training_rows, random);
  return rows;
}

/// A fit keeps the best weights of its own epochs. The score before the first epoch does not count, so a fit may end
/// slightly worse than it started.
class FitModel final : public Stage {
 public:
  static void describe(Description<FitModel>& type) {
    type.summary(
        "Fits a model to all rows of a data set, starting from its current weights, until the validation scores of its "
        "members stop improving; each member ends with its own best weights.");
    type.reference("Janner et al., NeurIPS 2019; Chua et al., NeurIPS 2018: bootstrapped ensembles with elites");
    type.slot<rl::DynamicsModel>("model", "the model to fit");
    type.slot<rl::Dataset>("data", "the rows to fit the model to");
    type.slot<rl::ModelLoss>("loss", "the loss to minimize, which also scores the members");
    type.optional_slot<rl::ValueFunction>("value", "measures value and TD errors; does not influence the fit");
    type.integer("batch", 256, between(1, 1'000'000),
                 "largest number of rows in a batch; an epoch is cut into equal batches", "rows");
    type.real("learning_rate", 1e-3, above(0.0), "learning rate of the Adam optimizer");
    type.real("weight_decay", 0.0, at_least(0.0), "weight decay of all parameters, added to the gradient (coupled L2)");
    type.real(
        "validation", 0.2, Range{0.0, 1.0, false, true},
        "share of the rows used for validation, drawn again for each fit; 0: none, and a fit ends after max_epochs "
        "with the weights of its last epoch");
    type.flag("bootstrap", true, "whether each member draws its own training rows, with replacement, for each fit");
    type.integer("patience", 5, at_least(1), "a fit ends after this many epochs in which no member improved", "epochs");
    type.real("improvement", 0.01, between(0.0, 1.0),
              "how far a score has to fall below the member's best, relative to it, to count as an improvement");
    type.integer("min_steps", 0, at_least(0),
                 "gradient steps before a fit may end; for few rows, whose epochs are too short for patience alone",
                 "steps");
    type.integer("max_epochs", 1000, at_least(1), "largest number of epochs of a fit", "epochs");
    type.real("gamma", 0.99, between(0.0, 1.0), "discount factor of the value in the metric td_error");
    type.metric("score", "mean of the elites' best validation scores, in the units of the loss");
    type.metric("mse", "mean squared error of the next observation on the validation rows");
    type.metric("reward_mse", "mean squared error of the reward on the validation rows");
    type.metric("value_error", "mean of (V(s') - V(predicted s'))^2 on the validation rows");
    type.metric(
        "td_error",
        "mean of (predicted r - r + gamma (1 - terminated) (V(predicted s') - V(s')))^2 on the validation rows: "
        "the squared error of the critics' target");
    type.metric("epochs", "epochs of the fit", "epochs");
    type.metric("steps", "gradient steps of the fit", "steps");
  }

  explicit FitModel(Setup& setup)
      : context_(setup.context()),
        model_(setup.service<rl::DynamicsModel>("model")),
        dataset_(setup.service<rl::Dataset>("data")),
        loss_(setup.service<rl::ModelLoss>("loss")),
        value_(setup.service<rl::ValueFunction>("value")),
        batch_(setup.integer("batch")),
        validation_(setup.real("validation")),
        bootstrap_(setup.flag("bootstrap")),
        patience_(setup.integer("patience")),
        improvement_(setup.real("improvement")),
        min_steps_(setup.integer("min_steps")),
        max_epochs_(setup.integer("max_epochs")),
        gamma_(setup.real("gamma")),
        random_(context_.seed("fit_model")) {
    adam_.learning_rate = setup.real("learning_rate");
    adam_.weight_decay = setup.real("weight_decay");
    if (!validates() && setup.integer("min_steps") > 0)
      throw SetupError("min_steps", "without validation rows a fit ends after max_epochs; set max_epochs instead");
    fitting::require_same_sizes(dataset_, model_);
    fitting::require_log_variance(loss_, model_);
    if (value_) fitting::require_valued(value_, model_);
    if (model_->has_log_variance() && !loss_->trains_log_variance())
      context_.log(
          LogLevel::info,
          "the loss does not train the log-variances that the model predicts, so rollouts in the model have no "
          "noise; loss.nll trains them");
  }

  void run() override {
    rl::FitData data = take_rows();
    data.trains_log_variance = loss_->trains_log_variance();
    model_->begin_fit(data);
    fit_ = loss_.own(loss_->prepare(data));

    const int64_t epochs = validates() ? fit_to_best(data) : fit_for_all_epochs(data);
    context_.record("epochs", static_cast<double>(epochs));
    context_.record("steps", static_cast<double>(epochs * batches(data)));
    fit_ = {};  // with its weights of all rows
  }

  void save(StateWriter& writer) const override { random_.save(writer, "random"); }
  void load(StateReader& reader) override { random_.load(reader, "random"); }

 private:
  rl::FitData take_rows() {
    const int64_t rows = dataset_->size();
    if (rows < 2)
      throw Error(
          fmt::format("the data set in slot 'data' has {} rows; a fit needs at least 2, one of them for "
                      "validation; let this stage start later, with 'from' in its schedule entry",
                      rows));
    fitting::require_same_sizes(dataset_, model_);
    const int64_t share = std::llround(validation_ * static_cast<double>(rows));
    std::vector<int64_t> order = rl::all_rows(rows);
    rl::shuffle_rows(order, random_);
    return fitting::take_fit_data(dataset_, order, validates() ? std::clamp(share, int64_t{1}, rows - 1) : 0,
                                  context_.tick());
  }

  bool validates() const { return validation_ > 0.0; }

  /// Batches of an epoch. All have the same size, so that buffers keep theirs. The remaining rows, fewer than there are
  /// batches, differ from epoch to epoch, because each epoch shuffles the rows.
  int64_t batches(const rl::FitData& data) const { return (data.training_rows + batch_ - 1) / batch_; }

  /// Runs epochs until the scores stop improving. Each member ends with its best weights, and the best members become
  /// the elites. Returns the number of epochs.
  int64_t fit_to_best(const rl::FitData& data) {
    const auto members = static_cast<std::size_t>(model_->members());
    EarlyStopping stopping(members, improvement_);
    Epochs run(*this, data);
    do {
      run.next();
      for (const int64_t member : stopping.take(fitting::validation_scores(model_, fit_, data)))
        model_->snapshot(member);
      context_.progress(
          fmt::format("epoch {}, best score {:.6g}", run.count, stopping.best(stopping.elites(1).front())));
    } while (run.count < max_epochs_ && (stopping.idle_epochs() < patience_ || run.count * batches(data) < min_steps_));
    for (std::size_t member = 0; member < members; ++member) model_->restore(static_cast<int64_t>(member));
    const int64_t elite_count = model_->elites();
    const std::vector<int64_t> elites = stopping.elites(elite_count);
    model_->set_elites(elites);
    record(data, stopping, elites);
    return run.count;
  }

  int64_t fit_for_all_epochs(const rl::FitData& data) {
    Epochs run(*this, data);
    while (run.count < max_epochs_) {
      run.next();
      context_.progress(fmt::format("epoch {}", run.count));
    }
    return run.count;
  }

  void record(const rl::FitData& data, const EarlyStopping& stopping, const std::vector<int64_t>& elites) {
    double score = 0.0;
    for (const int64_t member : elites) score += stopping.best(member) / static_cast<double>(elites.size());
    const fitting::ValidationErrors errors = fitting::validation_errors(model_, value_, gamma_, data);
    context_.record("score", score);
    context_.record("mse", fitting::mean(errors.mse));
    context_.record("reward_mse", errors.reward_mse);
    if (!value_) return;
    context_.record("value_error", errors.value_error);
    context_.record("td_error", errors.td_error);
  }

  /// The epochs of one fit.
  struct Epochs {
    Epochs(FitModel& owner, const rl::FitData& data)
        : stage(owner),
          steps(owner.batches(data)),
          size(data.training_rows / steps),
          rows(member_rows(owner.model_->members(), data.training_rows, owner.bootstrap_, owner.random_)),
          gatherer(data, owner.model_->members()) {}

    void next() {
      for (std::vector<int64_t>& own : rows) rl::shuffle_rows(own, stage.random_);
      for (int64_t step = 0; step < steps; ++step) {
        gatherer.gather(rows, step * size, size);
        stage.descend(gatherer);
        if (step % steps_per_progress == steps_per_progress - 1)
          stage.context_.progress(fmt::format("epoch {}, step {} of {}", count + 1, step + 1, steps));
      }
      ++count;
    }

    FitModel& stage;
    int64_t steps, size;  ///< batches per epoch, rows per batch
    std::vector<std::vector<int64_t>> rows;
    fitting::BatchGatherer gatherer;
    int64_t count = 0;
  };

  /// Called on what the model returned in the same expression, so that the error is charged to the model.
  rl::Prediction trainable(rl::Prediction prediction) const {
    const auto check = [](const at::Tensor& tensor, const char* what) {
      if (!tensor.defined() || !tensor.requires_grad())
        throw Error(
            fmt::format("the model predicts a {} without gradients; with gradients enabled, predict() has to "
                        "return tensors that are differentiable in the model's parameters",
                        what));
    };
    check(prediction.mean, "mean");
    if (loss_->trains_log_variance()) check(prediction.log_variance, "log-variance");
    return prediction;
  }

  static at::Tensor differentiable(const at::Tensor& losses) {
    if (!losses.requires_grad())
      throw Error(
          "the loss is not differentiable in the prediction; compute it from the prediction's tensors, without "
          "detach(), NoGradGuard or a copy of the numbers");
    return losses;
  }

  /// One gradient step: the mean over the batch and the sum over members, so that members stay independent.
  void descend(const fitting::BatchGatherer& gatherer) {
    const rl::Prediction prediction = trainable(model_->predict(gatherer.batch().observation, gatherer.action()));
    // One expression, so that errors in the losses are charged to the loss component.
    const at::Tensor losses =
        differentiable(fitting::checked_losses(fit_->loss(prediction, gatherer.batch()), gatherer.batch()));
    const at::Tensor means = losses.mean(1);  // [members]
    for (int64_t member = 0; member < means.size(0); ++member)
      if (!std::isfinite(means.data_ptr<float>()[member]))
        throw Error(fmt::format("the loss of member {} is not finite ({}); a smaller learning_rate may help", member,
                                means.data_ptr<float>()[member]));
    means.sum().backward();
    model_->step(adam_);
  }

  Context& context_;
  Wire<rl::DynamicsModel> model_;
  Wire<rl::Dataset> dataset_;
  Wire<rl::ModelLoss> loss_;
  Owned<rl::LossFit> fit_;  // during run()
  Wire<rl::ValueFunction> value_;
  int64_t batch_;
  double validation_;
  bool bootstrap_;
  int64_t patience_;
  double improvement_;
  int64_t min_steps_, max_epochs_;
  double gamma_;
  rl::AdamSettings adam_;
  Random random_;
};

}  // namespace

const weft_component_type* fit_model_type() { return component_type<FitModel>("stage.fit_model"); }

}  // namespace weft::stages
