#include <ATen/core/grad_mode.h>
#include <cmath>

#include "plugins/model_mlp/model_bench.h"
#include "weft/testing/catch_torch.h"

using namespace weft;
using testing::MadeModel;
using testing::make_model;
using testing::normal;

namespace {

struct Sampled {
  at::Tensor next, reward;
};

Sampled sample(const MadeModel& model, const at::Tensor& observation, const at::Tensor& action, Random& random) {
  const int64_t batch = observation.size(0);
  Sampled sampled{at::empty({batch, 3}), at::empty({batch})};
  model->sample(batch, observation.data_ptr<float>(), action.data_ptr<float>(), random, sampled.next.data_ptr<float>(),
                sampled.reward.data_ptr<float>());
  return sampled;
}

/// The mean of every member for these rows, as next observation and reward: [members, batch, n + 1].
rl::Prediction of_each_member(const MadeModel& model, const at::Tensor& observation, const at::Tensor& action) {
  const at::NoGradGuard no_gradients;
  const int64_t members = model->members(), batch = observation.size(0);
  rl::Prediction prediction = model->predict(observation.unsqueeze(0).expand({members, batch, 3}),
                                             action.unsqueeze(0).expand({members, batch, 2}));
  prediction.mean.slice(-1, 0, 3) += observation;
  return prediction;
}

/// Begins a fit with a loss that trains log-variances; no step follows.
void train_log_variances(const MadeModel& model) {
  rl::FitData data = testing::uneven_rows(100);
  data.trains_log_variance = true;
  model->begin_fit(data);
}

at::Tensor joined(const Sampled& sampled) { return at::cat({sampled.next, sampled.reward.unsqueeze(1)}, 1); }

}  // namespace

TEST_CASE("each row is the prediction of one elite, and elites share the rows evenly") {
  const auto model = make_model("members = 4\nelites = 3\nhidden = [16]", 2);
  model->begin_fit(testing::uneven_rows(100));
  model->set_elites({3, 0, 2});
  const int64_t batch = 6000;
  const at::Tensor observation = normal({batch, 3}, 1), action = normal({batch, 2}, 2);
  Random random(7);
  const at::Tensor found = joined(sample(model, observation, action, random));
  const at::Tensor means = of_each_member(model, observation, action).mean;
  const at::Tensor distance = (means - found).abs().amax(-1);  // [members, batch]
  const auto [nearest, who] = distance.min(0);
  CHECK(nearest.max().item<float>() < 1e-5f);
  const at::Tensor counts = at::bincount(who, {}, 4);
  CHECK(counts[1].item<int64_t>() == 0);
  for (const int64_t elite : {0, 2, 3}) CHECK(counts[elite].item<double>() == Approx(2000).margin(180));  // 5 sigma
}

TEST_CASE("mean rollouts average the elites and draw nothing") {
  const auto model = make_model("members = 4\nelites = 2\nhidden = [16]\nheads = \"gaussian\"\nrollout = \"mean\"", 2);
  model->set_elites({1, 3});
  const at::Tensor observation = normal({700, 3}, 1), action = normal({700, 2}, 2);
  Random random(7), untouched(7);
  const at::Tensor found = joined(sample(model, observation, action, random));
  const at::Tensor means = of_each_member(model, observation, action).mean;
  CHECK(at::allclose(found, (means[1] + means[3]) / 2, 1e-4, 1e-6));
  CHECK(random.next() == untouched.next());
}

TEST_CASE("a gaussian elite adds noise of its own deviation") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = [16]\nheads = \"gaussian\"");
  train_log_variances(model);
  const int64_t batch = 20000;
  // The same row many times: the moments of the sample are those of the prediction.
  const at::Tensor observation = normal({1, 3}, 1).repeat({batch, 1}), action = normal({1, 2}, 2).repeat({batch, 1});
  Random random(7);
  const at::Tensor found = joined(sample(model, observation, action, random));
  const rl::Prediction expected = of_each_member(model, observation.slice(0, 0, 1), action.slice(0, 0, 1));
  const at::Tensor deviation = (expected.log_variance.flatten() / 2).exp();
  const at::Tensor scaled = (found - expected.mean.flatten()) / deviation;
  const double spread = 5.0 / std::sqrt(static_cast<double>(batch));
  CHECK(scaled.mean(0).abs().max().item<double>() < spread);
  CHECK((scaled.std(0) - 1).abs().max().item<double>() < spread);
  // Columns and rows draw independently, also across blocks.
  const at::Tensor products = at::matmul(scaled.t(), scaled) / static_cast<double>(batch) - at::eye(4);
  CHECK(products.abs().max().item<double>() < 2 * spread);
  const at::Tensor shifted = (scaled.slice(0, 256) * scaled.slice(0, 0, batch - 256)).mean(0);
  CHECK(shifted.abs().max().item<double>() < spread);
}

TEST_CASE("sampling gives the same bytes for any number of threads, and continues the random stream") {
  const std::string parameters = "members = 3\nelites = 2\nhidden = [16]\nheads = \"gaussian\"";
  const auto one = make_model(parameters, 1), two = make_model(parameters, 2);
  for (const MadeModel* each : {&one, &two}) train_log_variances(*each);
  const at::Tensor observation = normal({3000, 3}, 1), action = normal({3000, 2}, 2);
  Random first(7), second(7);
  const at::Tensor a = joined(sample(one, observation, action, first));
  const at::Tensor b = joined(sample(two, observation, action, second));
  CHECK(at::equal(a, b));
  CHECK_FALSE(at::equal(joined(sample(one, observation, action, first)), a));
  const Sampled none = sample(one, observation.slice(0, 0, 0), action.slice(0, 0, 0), first);
  CHECK(none.reward.numel() == 0);
}

TEST_CASE("a model that no fit has trained says so once when it is sampled") {
  const auto model = make_model("members = 1\nelites = 1\nhidden = [4]");
  const at::Tensor observation = normal({5, 3}, 1), action = normal({5, 2}, 2);
  Random random(7);
  sample(model, observation, action, random);
  sample(model, observation, action, random);
  REQUIRE(model.made->context->messages.size() == 1);
  CHECK(model.made->context->messages[0].find("a model that no fit has trained; let the stage") != std::string::npos);
  const auto fitted = make_model("members = 1\nelites = 1\nhidden = [4]");
  fitted->begin_fit(testing::uneven_rows(20));
  sample(fitted, observation, action, random);
  CHECK(fitted.made->context->messages.empty());
}

TEST_CASE("set_elites() takes as many different members as the graph sets") {
  const auto model = make_model("members = 3\nelites = 2\nhidden = [4]");
  CHECK(model->elites() == 2);
  CHECK_THROWS_WITH(model->set_elites({0}), "1 elites were given; 2 were expected");
  CHECK_THROWS_WITH(model->set_elites({1, 1}),
                    "member 1 appears twice among the elites; different members were expected");
  CHECK_THROWS_WITH(model->set_elites({0, 3}), "there is no member 3; members are numbered 0 to 2");
}
