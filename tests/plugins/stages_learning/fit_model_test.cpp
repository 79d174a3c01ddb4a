// stage.fit_model: how a fit proceeds.
#include "plugins/stages_learning/fit_bench.h"

using namespace weft;
using namespace weft::testing;

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

TEST_CASE("a fit reports progress after every epoch, and every 200 steps of a long one") {
  Fit fit(1, 450, {{1.0f, 1.0f}}, "max_epochs = 2\nbatch = 1\nvalidation = 0\nbootstrap = false");
  fit.made->stage().run();
  CHECK(fit.made->context->activity == std::vector<std::string>{"epoch 1, step 200 of 450", "epoch 1, step 400 of 450",
                                                                "epoch 1", "epoch 2, step 200 of 450",
                                                                "epoch 2, step 400 of 450", "epoch 2"});
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
