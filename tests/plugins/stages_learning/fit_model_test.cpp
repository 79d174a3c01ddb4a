// stage.fit_model with a model and a loss that the test controls.
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <set>

#include "weft/rl/model.h"  // before Catch, whose CHECK has to be the last
#include "weft/rl/value_function.h"

#include <catch2/catch.hpp>

#include "stages.h"
#include "support/stage_fakes.h"

using namespace weft;
using namespace weft::testing;
using Catch::Matchers::Contains;

namespace {

/// Predicts the one number that each member has learned, for every output. A step moves member e's number by
/// minus its gradient times the learning rate.
struct Constant final : rl::DynamicsModel {
  explicit Constant(int64_t members) : weight(at::zeros({members}, at::kFloat)) { weight.set_requires_grad(true); }
  int64_t members() const override { return weight.size(0); }
  int64_t elites() const override { return 2; }
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  bool has_log_variance() const override { return gaussian; }
  void begin_fit(const rl::FitData& data) override {
    normalizer_rows = data.observation.size(0);
    trains_log_variance = data.trains_log_variance;
  }
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor& action) override {
    last_action = action.clone();
    const at::Tensor mean = weight.view({-1, 1, 1}) * at::ones({members(), observation.size(1), 3}, at::kFloat);
    return {mean, gaussian ? mean.detach() : at::Tensor()};
  }
  void step(const rl::AdamSettings& settings) override {
    float* value = weight.data_ptr<float>();
    const at::Tensor gradient = weight.grad().clone();
    for (int64_t member = 0; member < members(); ++member)
      value[member] -= static_cast<float>(settings.learning_rate) * gradient.data_ptr<float>()[member];
    weight.mutable_grad().zero_();
    ++steps;
  }
  void snapshot(int64_t member) override { kept[static_cast<std::size_t>(member)] = weight.data_ptr<float>()[member]; }
  void restore(int64_t member) override {
    weight.data_ptr<float>()[member] = kept.at(static_cast<std::size_t>(member));
  }
  void set_elites(const std::vector<int64_t>& members) override { chosen = members; }
  void sample(int64_t, const float*, const float*, Random&, float*, float*) override {}

  at::Tensor weight, last_action;
  std::vector<float> kept = std::vector<float>(10, -1.0f);
  std::vector<int64_t> chosen;
  int64_t steps = 0, normalizer_rows = 0, observations = 2;
  bool gaussian = false, trains_log_variance = false;
};

/// The loss raises each member's number by 1 per step (at learning rate 1, for any batch size). The scores are
/// scripted: one list per call, the last one from then on.
struct Scripted final : rl::ModelLoss {
  explicit Scripted(std::vector<std::vector<float>> list) : script(std::move(list)) {}
  bool trains_log_variance() const override { return gaussian; }
  void begin_fit(const rl::FitData& data) override { fits.push_back(data); }
  at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    training.push_back(batch.row.clone());
    check(batch);
    return (detached ? prediction.mean.detach() : prediction.mean).select(-1, 0) * -factor;
  }
  at::Tensor score(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    validation.push_back(batch.row.clone());
    check(batch);
    const std::vector<float>& values = script[std::min(validation.size(), script.size()) - 1];
    at::Tensor scores = at::empty(batch.row.sizes(), at::kFloat);
    for (int64_t member = 0; member < scores.size(0); ++member)
      scores[member].fill_(values[static_cast<std::size_t>(member)]);
    REQUIRE_FALSE(prediction.mean.requires_grad());
    return scores;
  }
  /// The batch holds the rows of the fit's data that it names.
  void check(const rl::MemberBatch& batch) {
    const rl::FitData& data = fits.back();
    for (int64_t member = 0; member < batch.row.size(0); ++member) {
      const at::Tensor row = batch.row[member];
      const at::Tensor observation = data.observation.index_select(0, row),
                       next = data.next_observation.index_select(0, row);
      REQUIRE(batch.observation[member].equal(observation));
      REQUIRE(batch.next_observation[member].equal(next));
      REQUIRE(batch.target[member].slice(1, 0, 2).equal(next - observation));
      REQUIRE(batch.target[member].select(1, 2).equal(data.reward.index_select(0, row)));
    }
  }
  std::vector<std::vector<float>> script;
  float factor = 1.0f;
  bool gaussian = false, detached = false;
  std::vector<rl::FitData> fits;
  std::vector<at::Tensor> training, validation;  ///< the rows of each call
};

/// V(s) = 2 s0 in one head and -3 s0 in the other.
struct TwoHeads final : rl::ValueFunction {
  int64_t heads() const override { return 2; }
  int64_t observation_size() const override { return 2; }
  at::Tensor values(const at::Tensor& observations) override {
    const at::Tensor first = observations.select(1, 0);
    return at::stack({first * 2.0, first * -3.0});
  }
  at::Tensor gradients(const at::Tensor&) override { return {}; }
};

struct Fit {
  Fit(int64_t members, int64_t rows, std::vector<std::vector<float>> script, const std::string& more, uint64_t seed = 0)
      : model(members), loss(std::move(script)), data(rows) {
    made = stages().make("stage.fit_model", "learning_rate = 1.0\n" + more, wires(), seed);
  }
  Wires wires() {
    return {{"model", wire<rl::DynamicsModel>(model)},
            {"loss", wire<rl::ModelLoss>(loss)},
            {"data", wire<rl::Dataset>(data)},
            {"value", wire<rl::ValueFunction>(value)}};
  }
  double metric(const std::string& name) { return made->context->metrics[name].back(); }
  /// The rows that a member trained on, epoch by epoch, in order.
  std::vector<std::vector<int64_t>> rows_of_member(int64_t member, std::size_t batches) const {
    std::vector<std::vector<int64_t>> epochs;
    for (std::size_t call = 0; call < loss.training.size(); ++call) {
      if (call % batches == 0) epochs.emplace_back();
      const at::Tensor rows = loss.training[call][member].contiguous();
      epochs.back().insert(epochs.back().end(), rows.data_ptr<int64_t>(), rows.data_ptr<int64_t>() + rows.numel());
    }
    return epochs;
  }
  Constant model;
  Scripted loss;
  Counting data;
  TwoHeads value;
  std::unique_ptr<Made> made;
};

}  // namespace

TEST_CASE("each member ends with the weights of its own best epoch; the best scores make the elites") {
  // One batch an epoch: after epoch k every member's number is k.
  Fit fit(3, 10,
          {{5.0f, 5.0f, 5.0f},
           {4.0f, 6.0f, 4.96f},   // 2: not enough for member 2
           {4.5f, 3.0f, 4.97f},   // 3
           {3.97f, 3.1f, 4.94f},  // 4: member 2 by more than 1 % of 5; member 0 by less than 1 % of 4
           {9.0f, 2.98f, 9.0f},   // 5: no member improves, now or later
           {9.0f, 9.0f, 9.0f}},
          "patience = 3");
  fit.made->stage().run();
  CHECK(fit.metric("epochs") == 7.0);
  CHECK(fit.metric("steps") == 7.0);
  CHECK(fit.model.steps == 7);
  CHECK(fit.model.weight.data_ptr<float>()[0] == 2.0f);
  CHECK(fit.model.weight.data_ptr<float>()[1] == 3.0f);
  CHECK(fit.model.weight.data_ptr<float>()[2] == 4.0f);
  CHECK(fit.model.chosen == std::vector<int64_t>{1, 0});
  CHECK(fit.metric("score") == Approx(3.5));
}

TEST_CASE("a fit runs for at least min_steps and at most max_epochs") {
  Fit longer(2, 10, {{1.0f, 1.0f}}, "patience = 2\nbatch = 4\nmin_steps = 9");
  longer.made->stage().run();
  CHECK(longer.metric("epochs") == 5.0);
  CHECK(longer.metric("steps") == 10.0);
  Fit shorter(2, 10, {{1.0f, 1.0f}}, "patience = 20\nmax_epochs = 3");
  shorter.made->stage().run();
  CHECK(shorter.metric("epochs") == 3.0);
  CHECK(shorter.model.weight.data_ptr<float>()[0] == 1.0f);
}

TEST_CASE("the fit data holds each row once; the last ones are for validation and never trained on") {
  Fit fit(2, 50, {{1.0f, 1.0f}}, "patience = 3\nbatch = 8\nvalidation = 0.2");
  fit.made->context->now = 17;
  fit.made->stage().run();
  const rl::FitData& data = fit.loss.fits.at(0);
  CHECK(data.training_rows == 40);
  CHECK(data.tick == 17);
  CHECK(fit.model.normalizer_rows == 50);
  std::set<float> rewards;
  bool shuffled = false;
  for (int64_t row = 0; row < 50; ++row) {
    const float number = data.reward.data_ptr<float>()[row];
    rewards.insert(number);
    shuffled = shuffled || number != static_cast<float>(row);
    CHECK(data.observation.data_ptr<float>()[2 * row] == number);
    CHECK(data.action.data_ptr<float>()[row] == number + 0.5f);
    CHECK(data.next_observation.data_ptr<float>()[2 * row] == number + 1.0f);
  }
  CHECK(rewards.size() == 50);
  CHECK(shuffled);
  for (const at::Tensor& rows : fit.loss.training) CHECK(rows.max().item<int64_t>() < 40);
  for (const at::Tensor& rows : fit.loss.validation) {
    REQUIRE(rows.sizes() == at::IntArrayRef({2, 10}));
    for (int64_t row = 0; row < 10; ++row)
      for (int64_t member = 0; member < 2; ++member) CHECK(rows[member][row].item<int64_t>() == 40 + row);
  }
}

TEST_CASE("members draw their own rows for a fit, and shuffle the same rows for each epoch") {
  Fit fit(2, 50, {{1.0f, 1.0f}}, "patience = 3\nbatch = 8");
  fit.made->stage().run();
  std::vector<std::multiset<int64_t>> drawn;
  for (const int64_t member : {0, 1}) {
    const auto epochs = fit.rows_of_member(member, 5);
    REQUIRE(epochs.size() == 4);
    const std::multiset<int64_t> first(epochs[0].begin(), epochs[0].end());
    for (std::size_t epoch = 1; epoch < epochs.size(); ++epoch) {
      CHECK(std::multiset<int64_t>(epochs[epoch].begin(), epochs[epoch].end()) == first);
      CHECK(epochs[epoch] != epochs[epoch - 1]);
    }
    CHECK(std::set<int64_t>(first.begin(), first.end()).size() < 40);
    drawn.push_back(first);
  }
  CHECK(drawn[0] != drawn[1]);
}

TEST_CASE("without bootstrap, every member sees each training row once per epoch") {
  Fit fit(2, 50, {{1.0f, 1.0f}}, "patience = 2\nbatch = 8\nbootstrap = false");
  fit.made->stage().run();
  for (const int64_t member : {0, 1})
    for (std::vector<int64_t> epoch : fit.rows_of_member(member, 5)) {
      std::sort(epoch.begin(), epoch.end());
      for (std::size_t row = 0; row < 40; ++row) CHECK(epoch.at(row) == static_cast<int64_t>(row));
    }
}

TEST_CASE("an epoch is cut into equal batches") {
  Fit fit(1 + 1, 50, {{1.0f, 1.0f}}, "patience = 1\nbatch = 12\nbootstrap = false");
  fit.made->stage().run();
  REQUIRE(fit.loss.training.size() == 8);
  for (const at::Tensor& rows : fit.loss.training) CHECK(rows.sizes() == at::IntArrayRef({2, 10}));
}

TEST_CASE("a fit records its errors on the validation rows") {
  // After one epoch the members predict 1 for the change of both dimensions and for the reward; it is (1, 0).
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1\nvalidation = 0.2");
  fit.made->stage().run();
  CHECK(fit.metric("mse") == Approx(0.5));
  CHECK(fit.metric("value_error") == Approx(0.0).margin(1e-9));
  const rl::FitData& data = fit.loss.fits.at(0);
  double reward = 0.0;
  for (int64_t row = 24; row < 30; ++row) {
    const double error = static_cast<double>(data.reward.data_ptr<float>()[row]) - 1.0;
    reward += error * error / 6.0;
  }
  CHECK(fit.metric("reward_mse") == Approx(reward));

  // After two epochs the first dimension is off by 1: (4 + 9) / 2.
  Fit second(2, 30, {{2.0f, 2.0f}, {1.0f, 1.0f}}, "max_epochs = 2");
  second.made->stage().run();
  CHECK(second.metric("value_error") == Approx(6.5));
}

TEST_CASE("without validation rows a fit keeps the weights of its last epoch") {
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 3\nbatch = 10\nvalidation = 0\nbootstrap = false");
  fit.made->stage().run();
  CHECK(fit.model.weight.data_ptr<float>()[0] == Approx(9.0));
  CHECK(fit.metric("steps") == 9.0);
  CHECK(fit.loss.fits.at(0).training_rows == 30);
  CHECK(fit.loss.validation.empty());
  CHECK(fit.model.chosen.empty());
  CHECK(fit.made->context->metrics.count("mse") == 0);
  const auto epochs = fit.rows_of_member(0, 3);
  CHECK(std::set<int64_t>(epochs[0].begin(), epochs[0].end()).size() == 30);
  CHECK_THROWS_WITH(Fit(2, 30, {{1.0f, 1.0f}}, "validation = 0\nmin_steps = 5"), Contains("set max_epochs instead"));
}

TEST_CASE("a second fit continues from the weights and draws other rows") {
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1");
  fit.made->stage().run();
  Archive archive = fit.made->save();
  fit.made->stage().run();
  CHECK(fit.model.weight.data_ptr<float>()[0] == 2.0f);
  CHECK_FALSE(fit.loss.fits[0].observation.equal(fit.loss.fits[1].observation));

  Fit other(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1", 99);
  other.made->load(archive);
  other.made->stage().run();
  CHECK(other.loss.fits[0].observation.equal(fit.loss.fits[1].observation));
  CHECK(other.loss.training[0].equal(fit.loss.training[1]));
}

TEST_CASE("a model learns whether the loss trains its log-variances; a note says if not") {
  for (const bool trains : {false, true}) {
    Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1");
    CHECK(fit.made->context->messages.empty());
    fit.model.gaussian = true;
    fit.loss.gaussian = trains;
    const std::unique_ptr<Made> made = stages().make("stage.fit_model", "max_epochs = 1", fit.wires());
    made->stage().run();
    CHECK(fit.model.trains_log_variance == trains);
    CHECK(fit.loss.fits.back().trains_log_variance == trains);
    const std::vector<std::string> expected{
        "the loss does not train the log-variances that the model predicts, so rollouts in the model have no noise; "
        "loss.nll trains them"};
    CHECK(made->context->messages == (trains ? std::vector<std::string>() : expected));
  }
}

TEST_CASE("the fit data says which rows terminated") {
  Fit fit(2, 30, {{1.0f, 1.0f}}, "max_epochs = 1");
  fit.made->stage().run();
  const rl::FitData& data = fit.loss.fits.at(0);
  REQUIRE(data.terminated.scalar_type() == at::kBool);
  REQUIRE(data.terminated.numel() == 30);
  int64_t count = 0;
  for (int64_t row = 0; row < 30; ++row) {
    const bool expected = data.observation[row][0].item<int>() % 4 == 3;
    CHECK(data.terminated[row].item<bool>() == expected);
    count += expected ? 1 : 0;
  }
  CHECK(count > 0);
}

TEST_CASE("fit_model reports errors") {
  const float infinity = std::numeric_limits<float>::infinity();
  Fit fit(2, 1, {{1.0f, 1.0f}}, "");
  CHECK_THROWS_WITH(fit.made->stage().run(),
                    Contains("has 1 rows; a fit needs at least 2") && Contains("'from' in its schedule entry"));
  fit.data.rows = 2;
  fit.loss.factor = infinity;
  CHECK_THROWS_WITH(fit.made->stage().run(), Contains("the loss of member 0 is not finite"));
  Fit stuck(2, 10, {{1.0f, 1.0f}}, "");
  stuck.loss.detached = true;
  CHECK_THROWS_WITH(stuck.made->stage().run(), Contains("the loss is not differentiable in the prediction"));
  CHECK(stuck.made->context->charged == 1);
  Fit scores(2, 10, {{1.0f, infinity}}, "");
  CHECK_THROWS_WITH(scores.made->stage().run(), Contains("the validation score of member 1 is not finite"));
  scores.model.observations = 3;
  CHECK_THROWS_WITH(scores.made->stage().run(),
                    Contains("have observation size 2 and action size 1, but the model has 3 and 1"));
  CHECK(scores.made->context->charged == 0);
  fit.loss.gaussian = true;
  try {
    stages().make("stage.fit_model", "", fit.wires());
    FAIL("a model without log-variances was accepted");
  } catch (const SetupError& error) {
    CHECK(error.key() == "loss");
    CHECK_THAT(error.what(), Contains("heads = \"gaussian\""));
  }
}
