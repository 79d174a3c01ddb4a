// One training step of the ensemble: with Gaussian heads and their likelihood, and with IterVAML.
#include <cstring>

#include "flop.h"
#include "reference/ensemble_reference.h"
#include "steps.h"
#include "support/network_state.h"
#include "weft/rl/value_function.h"

namespace weft::bench {
namespace {

class Ensemble final : public Benchmark {
 public:
  Ensemble(std::string name, int64_t batch, double target)
      : name_(std::move(name)),
        batch_(batch),
        target_(target),
        model_(make_ensemble(task_.env(), true)),
        loss_(make_component("loss_nll", "loss.nll")),
        rows_(task_.spec(), batch),
        plain_(shape(task_.spec()), weights(*model_)),
        fast_([this] { step(model_->service<rl::DynamicsModel>("model")); }),
        plain_one_([this] { step(plain_); }, 1),
        plain_two_([this] { step(plain_); }, 2) {
    model_->service<rl::DynamicsModel>("model").begin_fit(rows_.data);
    fit_ = loss_->service<rl::ModelLoss>("loss").prepare(rows_.data);
  }

  void sample() override {
    fast_.sample();
    plain_one_.sample();
    plain_two_.sample();
  }
  Row row(double roof) const override {
    const reference::EnsembleShape s = shape(task_.spec());
    const double flop =
        static_cast<double>(members * batch_) * training_flop(network(s.inputs, s.hidden, 2 * s.outputs));
    Row row = roof_row(name_, target_, fast_.seconds(), flop, roof);
    row.over_plain = std::min(plain_one_.seconds(), plain_two_.seconds()) / fast_.seconds();
    row.over_plain_target = 2.0;
    return row;
  }

 private:
  static reference::EnsembleShape shape(const rl::EnvironmentSpec& spec) {
    reference::EnsembleShape shape;
    shape.members = members;
    shape.inputs = spec.observation_size + spec.action_size;
    shape.hidden = ensemble_hidden;
    shape.outputs = spec.observation_size + 1;
    shape.gaussian = true;
    return shape;
  }
  static at::Tensor weights(const testing::Made& model) {
    const testing::Archive state = model.save();
    std::vector<at::Tensor> rows;
    for (int64_t member = 0; member < members; ++member)
      rows.push_back(at::tensor(testing::network(state, "member_" + std::to_string(member))));
    return at::stack(rows);
  }
  template <class Model>
  void step(Model& model) {
    training_step(model, *fit_, rows_);
  }

  std::string name_;
  int64_t batch_;
  double target_;
  Hopper task_;
  MadeComponent model_, loss_;
  std::unique_ptr<rl::LossFit> fit_;
  StepRows rows_;
  reference::Ensemble plain_;
  Series fast_, plain_one_, plain_two_;
};

/// With the critics inside: state values of the predictions, and their gradients.
class IterVaml final : public Benchmark {
 public:
  IterVaml()
      : model_(make_ensemble(task_.env(), false)),
        loss_(make_component("loss_itervaml", "loss.itervaml", "",
                             {{"value", testing::wire(task_.agent->service<rl::ValueFunction>("value"))}})),
        rows_(task_.spec(), batch),
        fast_([this] { training_step(model_->service<rl::DynamicsModel>("model"), *fit_, rows_); }) {
    model_->service<rl::DynamicsModel>("model").begin_fit(rows_.data);
    fit_ = loss_->service<rl::ModelLoss>("loss").prepare(rows_.data);
  }

  void sample() override { fast_.sample(); }
  Row row(double roof) const override {
    return roof_row("itervaml", 0.50, fast_.seconds(), static_cast<double>(members * batch) * row_flop(), roof);
  }

 private:
  static constexpr int64_t batch = 256;

  /// Of the products that the loss requires: policy and critics forward, the gradients of each critic with respect to
  /// observation and action, and once those of the policy.
  double row_flop() const {
    const int64_t n = task_.spec().observation_size, m = task_.spec().action_size;
    const auto policy = network(n, {256, 256}, 2 * m), critic = network(n + m, {256, 256}, 1);
    const auto heads = static_cast<double>(task_.agent->service<rl::ValueFunction>("value").heads());
    return training_flop(network(n + m, ensemble_hidden, n + 1)) + forward_flop(policy) +
           input_gradient_flop(policy, n) + heads * (forward_flop(critic) + input_gradient_flop(critic, n + m));
  }

  Hopper task_;
  MadeComponent model_, loss_;
  std::unique_ptr<rl::LossFit> fit_;
  StepRows rows_;
  Series fast_;
};

}  // namespace

Made ensemble(const std::string& name, int64_t batch, double target) {
  return std::make_unique<Ensemble>(name, batch, target);
}

Made itervaml() { return std::make_unique<IterVaml>(); }

}  // namespace weft::bench
