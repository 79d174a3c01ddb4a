// Makes the loss from the built plugin and compares it and its gradient with a calculation by hand.
#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

#include <vector>

#include "weft/rl/model.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch_torch.h"

TEST_CASE("the loss of one row with two dimensions, and its gradient with respect to the prediction") {
  const auto made = weft::testing::Plugin("template_name").make("loss.template_name", "reward_weight = 0.5");
  auto& loss = made->service<weft::rl::ModelLoss>("loss");

  std::vector<float> predicted = {1.0f, 3.0f, 2.0f};  // the change of two dimensions, then the reward
  const at::Tensor mean = at::from_blob(predicted.data(), {1, 1, 3}).clone().requires_grad_();
  weft::rl::MemberBatch batch;
  batch.target = at::zeros({1, 1, 3});

  const at::Tensor value = loss.loss({mean, {}}, batch);
  REQUIRE(value.sizes() == at::IntArrayRef({1, 1}));
  CHECK(value.item<float>() == Approx((1.0 + 9.0) / 2 + 0.5 * 4.0));

  value.sum().backward();
  const float* gradient = mean.grad().data_ptr<float>();
  CHECK(gradient[0] == Approx(1.0));
  CHECK(gradient[1] == Approx(3.0));
  CHECK(gradient[2] == Approx(0.5 * 2 * 2.0));
}
