#include <ATen/Functions.h>

#include <catch2/catch.hpp>

#include "support/bench.h"
#include "weft/rl/model.h"

using namespace weft;

TEST_CASE("mse is the mean over the state plus the reward error") {
  const testing::Plugin plugin("loss_mse");
  const auto made = plugin.make("loss.mse");
  auto& loss = made->service<rl::ModelLoss>("loss");
  rl::Prediction prediction{at::full({1, 1, 3}, 2.0f), {}};
  rl::MemberBatch batch;
  batch.target = at::zeros({1, 1, 3});
  CHECK(loss.loss(prediction, batch).item<float>() == Approx(8.0f));
}
