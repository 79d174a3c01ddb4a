// Makes the stage from the built plugin and runs it on rows with known statistics.
#include <vector>

#include "weft/rl/transitions.h"
#include "weft/testing/bench.h"
#include "weft/testing/catch.h"

namespace {

/// A data set with these rewards; its other fields are not used.
class Rewards final : public weft::rl::Dataset {
 public:
  explicit Rewards(std::vector<float> rewards) : rewards_(std::move(rewards)) {}
  int64_t size() const override { return static_cast<int64_t>(rewards_.size()); }
  int64_t observation_size() const override { return 1; }
  int64_t action_size() const override { return 1; }
  void gather(weft::Span<const int64_t> rows, weft::rl::TransitionRows out) const override {
    for (std::size_t index = 0; index < rows.size; ++index)
      out.reward[index] = rewards_.at(static_cast<std::size_t>(rows[index]));
  }

 private:
  std::vector<float> rewards_;
};

std::unique_ptr<weft::testing::Made> make(Rewards& data, const std::string& parameters) {
  static const weft::testing::Plugin plugin("template_name");
  return plugin.make("stage.template_name", parameters, {{"data", weft::testing::wire(data)}});
}

}  // namespace

TEST_CASE("rewards of -1 and 3, half each, have mean 1 and deviation 2") {
  Rewards data({-1.0f, 3.0f});
  const auto made = make(data, "rows = 100000");
  made->stage().run();
  CHECK(made->context->metrics.at("reward_mean").at(0) == Approx(1.0).margin(0.05));
  CHECK(made->context->metrics.at("reward_deviation").at(0) == Approx(2.0).margin(0.05));
}

TEST_CASE("nothing is recorded for an empty data set") {
  Rewards data({});
  const auto made = make(data, "");
  made->stage().run();
  CHECK(made->context->metrics.empty());
}

TEST_CASE("a loaded copy draws the same rows") {
  Rewards data({1.0f, 2.0f, 4.0f, 8.0f});
  const auto made = make(data, "rows = 3"), copy = make(data, "rows = 3");
  made->stage().run();
  weft::testing::Archive archive = made->save();
  copy->load(archive);
  for (int run = 0; run < 10; ++run) {
    made->stage().run();
    copy->stage().run();
    CHECK(copy->context->metrics.at("reward_mean").back() == made->context->metrics.at("reward_mean").back());
  }
}
