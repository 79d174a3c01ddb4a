// One imagined step of 100 000 rollouts by stage.imagine: draw starts, sample actions, predict each row with one elite,
// find terminations, and keep the rows as the model-based loop does.
#include "flop.h"
#include "steps.h"

namespace weft::bench {
namespace {

constexpr int64_t rollouts = 100'000;
constexpr int64_t ticks_between = 250;

class Imagine final : public Benchmark {
 public:
  Imagine()
      : model_(make_ensemble(task_.env(), true)),
        starts_(filled_replay(task_.spec(), 50'000)),
        model_data_(make_replay("retain = 1_000")),
        stage_(make_component("stages_learning", "stage.imagine", "rollouts = 100_000\nhorizon = 1",
                              {{"model", testing::wire(model_->service<rl::DynamicsModel>("model"))},
                               {"starts", testing::wire(starts_->service<rl::Dataset>("data"))},
                               {"policy", testing::wire(task_.agent->service<rl::Policy>("policy"))},
                               {"env", testing::wire(task_.env())}})),
        step_([this] {
          stage_->context->now = model_data_->context->now += ticks_between;
          stage_->stage().run();
        }) {
    stage_->connect("transitions", sink(*model_data_));
  }

  void sample() override { step_.sample(); }
  Row row(double roof) const override {
    const int64_t n = task_.spec().observation_size, m = task_.spec().action_size;
    const double flop =
        forward_flop(network(n, {256, 256}, 2 * m)) + forward_flop(network(n + m, ensemble_hidden, 2 * (n + 1)));
    return roof_row("imagine", 0.50, step_.seconds(), static_cast<double>(rollouts) * flop, roof);
  }

 private:
  Hopper task_;
  MadeComponent model_, starts_, model_data_, stage_;
  Series step_;
};

}  // namespace

Made imagine() { return std::make_unique<Imagine>(); }

}  // namespace weft::bench
