// stage.model_errors, stage.loss_agreement and stage.surface, with the losses of the project.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include "support/quadratic_value.h"
#include "weft/rl/model.h"  // before Catch, whose CHECK has to be the last

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/stage_fakes.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

const Plugin& stages() {
  static const Plugin plugin("stages_study");
  return plugin;
}

/// Predicts, for Counting's rows, the observed change plus (error_0 row, error_1 row), and a reward with an error of 9.
struct Off final : rl::DynamicsModel {
  int64_t members() const override { return 2; }
  int64_t elites() const override { return 2; }
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return 1; }
  bool has_log_variance() const override { return false; }
  void begin_fit(const rl::FitData&) override { fits++; }
  rl::Prediction predict(const at::Tensor& observation, const at::Tensor&) override {
    const at::Tensor row = observation.select(2, 0);
    return {at::stack({row * error_0 + 1.0, row * error_1, row + 9.0}, 2), {}};
  }
  void step(const rl::AdamSettings&) override {}
  void snapshot(int64_t) override {}
  void restore(int64_t) override {}
  void set_elites(const std::vector<int64_t>&) override {}
  void sample(int64_t, const float*, const float*, Random&, float*, float*) override {}
  double error_0 = 0.5, error_1 = -2.0;
  int64_t observations = 2;
  int fits = 0;
};

struct Measured {
  Wires wires() {
    return {{"model", wire<rl::DynamicsModel>(model)},
            {"data", wire<rl::Dataset>(data)},
            {"value", wire<rl::ValueFunction>(value)}};
  }
  std::unique_ptr<Made> agreement(rl::ModelLoss& loss) {
    Wires all = wires();
    all["loss"] = wire<rl::ModelLoss>(loss);
    return stages().make("stage.loss_agreement", "", all);
  }
  Off model;
  Counting data{4};
  QuadraticValue value = QuadraticValue::linear(at::tensor({3.0f, 1.0f, -1.0f, 2.0f}).view({2, 2}));
};

/// The loss of a plugin; `value` is wired unless it is null.
std::unique_ptr<Made> make_loss(const std::string& name, QuadraticValue* value, const std::string& parameters = "") {
  Wires wires;
  if (value) wires["value"] = wire<rl::ValueFunction>(*value);
  return Plugin("loss_" + name).make("loss." + name, parameters, wires);
}

/// A table that a surface stage wrote: the header and rows of three numbers.
struct Written {
  explicit Written(const std::string& file) {
    std::ifstream stream(file);
    std::getline(stream, header);
    for (std::string line; std::getline(stream, line);) {
      std::vector<double> row(3);
      REQUIRE(std::sscanf(line.c_str(), "%lf,%lf,%lf", &row[0], &row[1], &row[2]) == 3);
      rows.push_back(row);
    }
  }
  std::string header;
  std::vector<std::vector<double>> rows;
};

struct SurfaceFile {
  ~SurfaceFile() { std::filesystem::remove(name); }
  std::string name =
      (std::filesystem::temp_directory_path() / ("weft_surface_" + std::to_string(getpid()) + ".csv")).string();
};

}  // namespace

TEST_CASE("model_errors records means over rows, members and heads") {
  Measured measured;
  const auto made = stages().make("stage.model_errors", "", measured.wires());
  made->stage().run();
  // Rows 0 .. 3: the mean of row^2 is 3.5. Head 0 sees 3 * 0.5 - 2 = -0.5 a row, head 1 -0.5 - 4 = -4.5.
  auto& metrics = made->context->metrics;
  CHECK(metrics["mse_0"].back() == Approx(0.25 * 3.5));
  CHECK(metrics["mse_1"].back() == Approx(4.0 * 3.5));
  CHECK(metrics["mse"].back() == Approx(0.5 * (0.25 + 4.0) * 3.5));
  CHECK(metrics["reward_mse"].back() == Approx(81.0));
  CHECK(metrics["value_error"].back() == Approx(0.5 * (0.25 + 20.25) * 3.5));
  CHECK(measured.model.fits == 0);
}

TEST_CASE("model_errors records the value error relative to that of the mean change, if there is one") {
  Measured measured;
  measured.data.stretch = 1.0f;
  const auto made = stages().make("stage.model_errors", "", measured.wires());
  made->stage().run();
  // The model's error is (-0.5, -2) per row, which both heads turn into -3.5. The mean change's error is row - 1.5 in
  // the first dimension, with mean square 1.25; head 0 multiplies it by 3 and head 1 by -1.
  CHECK(made->context->metrics["relative_value_error"].back() == Approx(12.25 * 3.5 / (0.5 * (9.0 + 1.0) * 1.25)));

  measured.data.stretch = 0.0f;  // every row changes equally
  const auto constant = stages().make("stage.model_errors", "", measured.wires());
  constant->stage().run();
  CHECK(constant->context->metrics.count("relative_value_error") == 0);
}

TEST_CASE("a loss that equals the value error correlates perfectly with it, whatever the reward") {
  Measured measured;
  const auto itervaml = make_loss("itervaml", &measured.value);
  const auto made = measured.agreement(itervaml->service<rl::ModelLoss>("loss"));
  made->stage().run();
  CHECK(made->context->metrics["correlation"].back() == Approx(1.0));
  CHECK(made->context->metrics["rank_correlation"].back() == Approx(1.0));
}

TEST_CASE("correlations are those of the numbers and of their ranks") {
  Measured measured;
  // The loss falls linearly while the value error rises with row^2.
  struct Falling final : rl::ModelLoss {
    at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
      CHECK(prediction.mean.select(2, 2).equal(batch.target.select(2, 2)));  // the observed reward
      return 3.0 - batch.observation.select(2, 0);
    }
  } falling;
  const auto made = measured.agreement(falling);
  made->stage().run();
  // Pearson of (3, 2, 1, 0) with (0, 1, 4, 9): -(sum of products 15 of deviations) / sqrt(5 * 49).
  CHECK(made->context->metrics["correlation"].back() == Approx(-15.0 / std::sqrt(5.0 * 49.0)));
  CHECK(made->context->metrics["rank_correlation"].back() == Approx(-1.0));
}

TEST_CASE("a loss that is the same everywhere has no correlation") {
  Measured measured;
  struct Flat final : rl::ModelLoss {
    at::Tensor loss(const rl::Prediction&, const rl::MemberBatch& batch) override {
      return at::ones(batch.row.sizes(), at::kFloat);
    }
  } flat;
  const auto made = measured.agreement(flat);
  made->stage().run();
  CHECK(made->context->metrics["correlation"].empty());
  CHECK(made->context->metrics["rank_correlation"].empty());
}

TEST_CASE("model_errors reports errors") {
  Measured measured;
  const auto errors = stages().make("stage.model_errors", "", measured.wires());
  measured.data.rows = 0;
  CHECK_THROWS_WITH(errors->stage().run(), Contains("the data set in slot 'data' is empty") && Contains("'from'"));
  measured.data.rows = 4;
  measured.model.observations = 3;
  CHECK_THROWS_WITH(errors->stage().run(),
                    Contains("have observation size 2 and action size 1, but the model has 3 and 1"));
  CHECK_THROWS_WITH(stages().make("stage.model_errors", "", measured.wires()),
                    Contains("have observation size 2 and action size 1, but the model has 3 and 1"));
  measured.data.rows = 0;  // an empty data set may not know its sizes
  CHECK_THROWS_WITH(stages().make("stage.model_errors", "", measured.wires()),
                    Contains("the value function has observation size 2, but the model has 3"));
}

TEST_CASE("the surface of VaGraM is a paraboloid around the sample, weighted by the value gradient") {
  QuadraticValue value = QuadraticValue::linear(at::tensor({3.0f, 0.5f, 7.0f}).view({1, 3}));
  const auto vagram = make_loss("vagram", &value);
  const SurfaceFile file;
  const auto made = stages().make(
      "stage.surface",
      "sample = [0.5, -1.0, 2.0]\nlow = [-1.0, -2.0]\nhigh = [1.0, 2.0]\npoints = 5\nout = '" + file.name + "'",
      {{"value", wire<rl::ValueFunction>(value)},
       {"loss", wire<rl::ModelLoss>(vagram->service<rl::ModelLoss>("loss"))}},
      0, "vagram_surface");
  made->stage().run();
  const Written written(file.name);
  CHECK(written.header == "obs0,obs1,vagram_surface");
  REQUIRE(written.rows.size() == 25);
  for (std::size_t index = 0; index < 25; ++index) {
    const std::vector<double>& row = written.rows[index];
    CHECK(row[0] == Approx(-1.0 + 0.5 * static_cast<double>(index / 5)));
    CHECK(row[1] == Approx(-2.0 + static_cast<double>(index % 5)));
    const double e0 = row[0] - 0.5, e1 = row[1] + 1.0;
    CHECK(row[2] == Approx((9.0 * e0 * e0 + 0.25 * e1 * e1) / 3.0).margin(1e-6));
  }
}

TEST_CASE("without a loss the surface is the value function, mean over heads") {
  QuadraticValue value = QuadraticValue::linear(at::tensor({3.0f, 1.0f, -1.0f, 2.0f}).view({2, 2}));
  const SurfaceFile file;
  const auto made = stages().make("stage.surface", "points = 2\nout = '" + file.name + "'",
                                  {{"value", wire<rl::ValueFunction>(value)}}, 0, "value");
  made->stage().run();
  for (const std::vector<double>& row : Written(file.name).rows) CHECK(row[2] == Approx(row[0] + 1.5 * row[1]));
}

TEST_CASE("surface reports errors") {
  QuadraticValue value = QuadraticValue::linear(at::tensor({3.0f, 1.0f}).view({1, 2}));
  const auto error_of = [&](const std::string& parameters) {
    try {
      stages().make("stage.surface", parameters + "\nout = 'x.csv'", {{"value", wire<rl::ValueFunction>(value)}});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  CHECK_THAT(error_of("sample = [1.0, 2.0, 3.0]"), Equals("it has 3 numbers; 2 were expected"));
  CHECK_THAT(error_of("low = [1.0]"), Equals("it has 1 numbers; 2 were expected"));
  CHECK_THAT(error_of("low = [1.0, 2.0]\nhigh = [3.0, 2.0]"),
             Equals("high[1] is 2 and low[1] is 2; high above low was expected"));
}
