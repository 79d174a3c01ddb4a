// Every check of the SDK for losses, value functions and models accepts a correct one and finds each fault.
#include "weft/testing/catch_torch.h"

#include <ATen/ops/bmm.h>
#include <ATen/ops/ones.h>

#include "weft/testing/loss.h"
#include "weft/testing/model.h"
#include "weft/testing/value.h"

using namespace weft;
using namespace weft::testing;

namespace {

template <class Call>
std::string finding(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

/// The squared error, with a fault.
struct Loss final : rl::ModelLoss {
  std::string fault;
  float kept = 1.0f;
  explicit Loss(std::string name = "") : fault(std::move(name)) {}
  std::unique_ptr<rl::LossFit> prepare(const rl::FitData& data) override {
    if (fault == "null") return nullptr;
    kept = data.next_observation.abs().mean().item<float>();
    return rl::ModelLoss::prepare(data);
  }
  at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    at::Tensor mean = prediction.mean;
    if (fault == "detached") mean = mean.detach();
    if (fault == "half") mean = 0.5 * mean + 0.5 * mean.detach();
    at::Tensor error = mean - batch.target;
    if (fault == "coupled") error = error - error.mean(1, true);
    if (fault == "members") error = error - error.mean(0, true);
    if (fault == "writes") batch.target.zero_();
    const at::Tensor squares = error.square();
    if (fault == "nothing") return {};
    if (fault == "variance" && prediction.log_variance.defined())
      return squares.mean(-1) * prediction.log_variance.mean(-1);
    if (fault == "shape") return squares.mean({1, 2});
    if (fault == "shares") return squares.mean(-1) * kept;
    if (fault == "layout") return squares.sum(-1) * (prediction.mean.is_contiguous() ? 1.0 : 2.0);
    return squares.slice(-1, 0, -1).mean(-1) + squares.select(-1, -1);
  }
};

/// |s|^2 / 2 times a weight, with a fault.
struct Value final : rl::ValueFunction {
  std::string fault;
  at::Tensor weight;
  explicit Value(std::string name = "")
      : fault(std::move(name)), weight(at::ones({1}).requires_grad_(fault == "thawed")) {}
  int64_t heads() const override { return 1; }
  int64_t observation_size() const override { return 3; }
  at::Tensor values(const at::Tensor& observations) override {
    if (fault == "moves") weight = weight + 0.1;
    const at::Tensor values = (observations.square().sum(-1) / 2 * weight).unsqueeze(0);
    return fault == "shape" ? values.squeeze(0) : values;
  }
  at::Tensor gradients(const at::Tensor& observations) override {
    return (observations * (fault == "double" ? 2.0 : 1.0)).unsqueeze(0);
  }
};

/// Linear members with plain gradient steps, with a fault.
struct Model final : rl::DynamicsModel {
  std::string fault;
  at::Tensor weights = (0.1 * normal({2, 5, 4}, 1)).requires_grad_(true);
  at::Tensor kept[2];
  explicit Model(std::string name = "") : fault(std::move(name)) {}
  int64_t members() const override { return 2; }
  int64_t elites() const override { return 1; }
  int64_t observation_size() const override { return 3; }
  int64_t action_size() const override { return 2; }
  bool has_log_variance() const override { return fault == "variance"; }
  void begin_fit(const rl::FitData&) override {}
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    const at::Tensor input = at::cat({fault == "cut input" ? observation.detach() : observation, action}, -1);
    at::Tensor mean = at::bmm(input, weights);
    if (fault == "mixed") mean = mean + 0.1 * mean.mean(0, true);
    return {mean, {}};
  }
  void step(const rl::AdamSettings& settings) override {
    const at::NoGradGuard no_gradients;
    if (fault != "frozen") weights -= 10 * settings.learning_rate * weights.grad();
    if (fault != "gathers") weights.mutable_grad() = at::Tensor();
  }
  void snapshot(int64_t member) override { kept[member] = weights.detach().select(0, member).clone(); }
  void restore(int64_t member) override {
    if (fault == "restores all") weights.detach().copy_(kept[member].unsqueeze(0).expand({2, 5, 4}));
    if (fault != "no restore") weights.detach().select(0, member).copy_(kept[member]);
  }
  void set_elites(const std::vector<int64_t>&) override {}
  void sample(int64_t batch, const float* observation, const float*, Random& random, float* next_observation,
              float* reward) override {
    static Random shared(1);
    std::copy_n(observation, batch * 3, next_observation);
    std::fill_n(reward, batch, 0.5f);
    if (fault == "noise") random.normal(reward, batch);
    if (fault == "shared") shared.normal(reward, batch);
    if (fault == "unwritten") reward[batch - 1] = std::nanf("");
  }
};

}  // namespace

TEST_CASE("losses: a correct one passes, each fault is found") {
  const auto found = [](auto check, const char* fault) {
    Loss loss(fault);
    return finding([&] { check(loss, 3); });
  };
  for (const auto check : {check_loss_shape, check_loss_gradient, check_loss_independence, check_loss_layout})
    CHECK(found(check, "") == "nothing");
  CHECK_THAT(found(check_loss_shape, "shape"), Contains("loss() has the shape [1]; [1, 1] was expected"));
  for (const auto check : {check_loss_shape, check_loss_gradient, check_loss_independence, check_loss_layout})
    CHECK_THAT(found(check, "nothing"),
               Contains("loss() has the shape of an undefined tensor; [") && Contains("was expected"));
  CHECK(found(check_loss_shape, "null") == "prepare() returned null; a loss for the rows of the fit was expected");
  CHECK(found(check_loss_layout, "shares") ==
        "a second prepare() changes what an earlier one returned; several stages may use one loss");
  CHECK_THAT(found(check_loss_gradient, "detached"), Contains("loss() is not differentiable with respect to the mean"));
  CHECK_THAT(found(check_loss_gradient, "half"),
             Contains("the gradient of loss() with respect to column 0 of the mean has an error of norm "));
  CHECK(found(check_loss_gradient, "variance") ==
        "loss() has a gradient with respect to the log-variance, but trains_log_variance() is false");
  CHECK_THAT(found(check_loss_independence, "coupled"),
             Contains("the loss of member 1, sample 0 depends on the prediction of"));
  CHECK_THAT(found(check_loss_independence, "members"),
             Contains("the loss of member 0, sample 2 depends on the prediction of"));
  CHECK_THAT(found(check_loss_layout, "layout"), Contains("other numbers for tensors that are not contiguous"));
  CHECK_THAT(found(check_loss_layout, "writes"),
             Contains("changes one of its arguments") || Contains("other numbers for tensors that are not contiguous"));
}

TEST_CASE("value functions: a correct one passes, each fault is found") {
  const auto found = [](auto check, const char* fault) {
    Value value(fault);
    return finding([&] { check(value); });
  };
  for (const auto check : {check_value_shape, check_value_gradients, check_value_frozen})
    CHECK(found(check, "") == "nothing");
  CHECK_THAT(found(check_value_shape, "shape"), Contains("values() of a batch of 1 is not [heads, batch]"));
  CHECK_THAT(found(check_value_gradients, "double"), Contains("differ from the derivative of values() by autograd"));
  CHECK_THAT(found(check_value_frozen, "thawed"), Contains("the weights must be frozen"));
  CHECK_THAT(found(check_value_frozen, "moves"), Contains("values() have changed after a backward pass"));
}

TEST_CASE("dynamics models: a correct one passes, each fault is found") {
  const auto found = [](auto check, const char* fault) {
    Model model(fault);
    return finding([&] { check(model); });
  };
  for (const auto check : {check_model_shape, check_model_members, check_model_learning, check_model_input_gradient,
                           check_model_snapshot, check_model_sample})
    CHECK(found(check, "") == "nothing");
  CHECK(found(check_model_shape, "variance") == "has_log_variance() is true; the prediction disagrees");
  CHECK(found(check_model_members, "mixed") == "a step on the loss of member 0 changes member 1");
  CHECK_THAT(found(check_model_members, "frozen"), Contains("does not change member 0"));
  CHECK_THAT(found(check_model_learning, "frozen"), Contains("changed the error of member 0 from"));
  CHECK_THAT(found(check_model_input_gradient, "cut input"),
             Contains("predict() has no gradient with respect to an observation"));
  CHECK(found(check_model_snapshot, "no restore") == "restore() does not restore what snapshot() stored");
  CHECK(found(check_model_snapshot, "restores all") == "restore() of member 1 changes member 0");
  CHECK(found(check_model_sample, "shared") == "sample() returns different numbers for equal random engines");
  CHECK(found(check_model_sample, "noise") ==
        "sample() adds noise, although the loss of the last fit does not train log-variances: one row has 12 different "
        "rewards from 1 elites");
  CHECK_THAT(found(check_model_sample, "unwritten"), Contains("is not finite, or does not write all numbers"));
}
