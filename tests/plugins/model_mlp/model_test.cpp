#include <ATen/core/grad_mode.h>
#include <cmath>

#include "plugins/model_mlp/model_bench.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::make_model;
using testing::normal;

namespace {

/// Makes the model predict a constant: all weights zero, and the last bias as given.
void set_outputs(const testing::MadeModel& model, const std::vector<float>& last_bias) {
  at::Tensor parameters = at::zeros_like(networks(model));
  const auto size = static_cast<int64_t>(last_bias.size());
  parameters.slice(1, -size).copy_(at::tensor(last_bias));
  set_networks(model, parameters);
}

void train(const testing::MadeModel& model, uint64_t seed) {
  const int64_t members = model->members();
  const rl::Prediction prediction = model->predict(normal({members, 20, 3}, seed), normal({members, 20, 2}, seed + 1));
  prediction.mean.square().sum().backward();
  model->step({});
}

}  // namespace

TEST_CASE("log-variances are clamped as in the reference") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = [4]\nheads = \"gaussian\"");
  CHECK(model->has_log_variance());
  set_outputs(model, {0.0f, 0.0f, 0.0f, 7.0f, -20.0f, -3.0f, 0.0f, 3.0f});
  const at::NoGradGuard no_gradients;
  const rl::Prediction prediction = model->predict(normal({1, 1, 3}, 1), normal({1, 1, 2}, 2));
  const float* const log_variance = prediction.log_variance.data_ptr<float>();
  CHECK(log_variance[0] == Approx(-9.9999546).epsilon(1e-6));
  CHECK(log_variance[1] == Approx(-3.02881144).epsilon(1e-6));
  CHECK(log_variance[2] == Approx(-0.47400405).epsilon(1e-6));
  CHECK(log_variance[3] == Approx(0.42114006).epsilon(1e-6));
  CHECK(prediction.mean.flatten()[3].item<float>() == 7.0f);
}

TEST_CASE("weights start as truncated normals and biases as zeros") {
  const auto model = make_model("members = 2\nelites = 1\nhidden = [100]", 1, 3, "model.mlp_ensemble", 90, 10);
  const at::Tensor parameters = networks(model);
  const at::Tensor first = parameters.slice(1, 0, 100 * 100);  // 100 inputs: deviation 1 / 20
  CHECK(first.abs().max().item<double>() <= 0.1);
  CHECK(first.abs().max().item<double>() > 0.099);
  // A normal truncated at two deviations has .8796 of its deviation.
  CHECK(first.std().item<double>() == Approx(0.05 * 0.8796).epsilon(0.02));
  CHECK(std::fabs(first.mean().item<double>()) < 0.002);
  CHECK(parameters.slice(1, 100 * 100, 100 * 101).abs().max().item<double>() == 0.0);
  CHECK_FALSE(at::equal(parameters[0], parameters[1]));
  const auto again = make_model("members = 2\nelites = 1\nhidden = [100]", 1, 3, "model.mlp_ensemble", 90, 10);
  CHECK(at::equal(networks(again), parameters));
  const auto other = make_model("members = 2\nelites = 1\nhidden = [100]", 1, 4, "model.mlp_ensemble", 90, 10);
  CHECK_FALSE(at::equal(networks(other), parameters));
}

TEST_CASE("the normalizer has a floor and keeps its precision far from zero") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = []");
  rl::FitData data = testing::uneven_rows(1000);
  data.observation.select(1, 0).fill_(1000.1f);                        // constant
  data.observation.select(1, 1) = 3.0f + normal({1000}, 9) * 1e-6f;    // constant up to rounding
  data.observation.select(1, 2) = normal({1000}, 9) * 0.5f + 20000.0;  // far away
  model->begin_fit(data);
  const at::Tensor mean = model.saved("input_mean"), scale = model.saved("input_scale");
  CHECK(mean[0].item<float>() == 1000.1f);
  CHECK(scale[0].item<float>() == 1.0f);
  CHECK(scale[1].item<float>() == 1.0f);
  const at::Tensor far = data.observation.select(1, 2).to(at::kDouble);
  CHECK(scale[2].item<double>() == Approx(1.0 / far.std().item<double>()).epsilon(1e-6));
  CHECK(scale[3].item<double>() == Approx(1.0 / data.action.select(1, 0).to(at::kDouble).std().item<double>()));
  const at::NoGradGuard no_gradients;
  const auto rows = [](const at::Tensor& field) { return field.unsqueeze(0); };
  CHECK(model->predict(rows(data.observation), rows(data.action)).mean.isfinite().all().item<bool>());
  // Small units do not make a column constant.
  data.observation.select(1, 0) = normal({1000}, 9) * 1e-9f;
  model->begin_fit(data);
  CHECK(model.saved("input_scale")[0].item<double>() ==
        Approx(1.0 / data.observation.select(1, 0).to(at::kDouble).std().item<double>()).epsilon(1e-6));
  // One row has no deviation.
  const rl::FitData one{data.observation.slice(0, 0, 1), data.action.slice(0, 0, 1), {}, {}, {}, 1, 1};
  model->begin_fit(one);
  CHECK(at::equal(model.saved("input_scale"), at::ones({5})));
}

TEST_CASE("a snapshot restores the weights of one member") {
  const auto model = make_model("members = 3\nelites = 2\nhidden = [8]");
  CHECK_THROWS_WITH(model->restore(1),
                    "restore() was called for member 1, which has no snapshot; call snapshot() first");
  CHECK_THROWS_WITH(model->snapshot(3), "there is no member 3; members are numbered 0 to 2");
  train(model, 1);
  model->snapshot(1);
  const at::Tensor kept = networks(model);
  train(model, 3);
  const at::Tensor later = networks(model);
  model->restore(1);
  const at::Tensor restored = networks(model);
  CHECK(at::equal(restored[1], kept[1]));
  CHECK(at::equal(restored[0], later[0]));
  CHECK(at::equal(restored[2], later[2]));
  CHECK_FALSE(at::equal(later[1], kept[1]));
}

TEST_CASE("continuing from a saved state gives the same bytes as not stopping") {
  const std::string parameters = "members = 2\nelites = 1\nhidden = [8, 8]\nheads = \"gaussian\"";
  const auto model = make_model(parameters, 2);
  model->begin_fit(testing::uneven_rows(50));
  train(model, 1);
  model->set_elites({1});
  testing::Archive archive = model.made->save();
  const auto resumed = make_model(parameters, 1, 99);
  resumed.made->load(archive);
  for (const auto* each : {&model, &resumed}) {
    train(*each, 5);
    train(*each, 7);
  }
  CHECK(testing::same_state(model, resumed));
  const auto smaller = make_model("members = 2\nelites = 1\nhidden = [8]\nheads = \"gaussian\"");
  CHECK_THROWS_WITH(smaller.made->load(archive), weft::testing::Contains("the saved network has more than 2 layers"));
  const auto single = make_model("members = 1\nelites = 1\nhidden = [8, 8]\nheads = \"gaussian\"");
  CHECK_THROWS_WITH(single.made->load(archive), weft::testing::Contains("the saved model has more than 1 members"));
}

TEST_CASE("a prediction whose buffers were reused cannot be backpropagated") {
  const auto model = make_model("members = 2\nelites = 1\nhidden = [8]");
  const at::Tensor observation = normal({2, 4, 3}, 1), action = normal({2, 4, 2}, 2);
  const rl::Prediction first = model->predict(observation, action);
  model->predict(observation, action);
  CHECK_THROWS_WITH(
      first.mean.sum().backward(),
      "a later predict() has reused the buffers of this prediction; call backward() before the next predict()");
}

TEST_CASE("rows of another shape or type are refused") {
  const auto model = make_model("members = 2\nelites = 1\nhidden = [8]");
  const at::Tensor observation = normal({2, 4, 3}, 1), action = normal({2, 4, 2}, 2);
  CHECK_THROWS_WITH(model->predict(action, action),
                    "predict() was called with observations of type Float and shape [2, 4, 2]; Float [2, batch, 3] was "
                    "expected, with a batch of at least 1, the same for observations and actions");
  CHECK_THROWS_WITH(
      model->predict(observation, action.slice(1, 0, 3)),
      weft::testing::Contains("actions of type Float and shape [2, 3, 2]; Float [2, batch, 2] was expected"));
  CHECK_THROWS_WITH(model->predict(observation.to(at::kDouble), action),
                    weft::testing::Contains("observations of type Double"));
  CHECK_THROWS_WITH(model->predict(observation.slice(1, 0, 0), action.slice(1, 0, 0)),
                    weft::testing::Contains("observations of type Float and shape [2, 0, 3]"));
}

TEST_CASE("contradictory parameters are refused at their key") {
  const auto key_of = [](const std::string& parameters) {
    try {
      make_model(parameters);
    } catch (const SetupError& error) {
      return error.key() + ": " + error.what();
    }
    return std::string();
  };
  CHECK(key_of("members = 2\nelites = 3") ==
        "elites: 3 elites of 2 members; at most as many elites as members were expected");
  CHECK(key_of("min_log_variance = 1.0") == "min_log_variance: it has to be below max_log_variance");
}

TEST_CASE("the linear model is linear in observation, action and one") {
  const auto model = make_model("", 1, 1, "model.linear");
  CHECK(model->members() == 1);
  CHECK_FALSE(model->has_log_variance());
  CHECK(networks(model).numel() == (5 + 1) * 4);
  const at::NoGradGuard no_gradients;
  const at::Tensor a = normal({1, 1, 5}, 1), b = normal({1, 1, 5}, 2);
  const auto predict = [&](const at::Tensor& rows) {
    return model->predict(rows.slice(-1, 0, 3), rows.slice(-1, 3)).mean;
  };
  CHECK(at::allclose(predict(a * 0.25 + b * 0.75), predict(a) * 0.25 + predict(b) * 0.75, 1e-4, 1e-6));
}
