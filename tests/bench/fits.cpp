// Whole fits by stage.fit_model: what VaGraM's weights cost, the value gradients behind them included.
#include "flop.h"
#include "steps.h"
#include "weft/rl/value_function.h"

namespace weft::bench {
namespace {

constexpr int64_t rows = 50'000;

/// A model that is fitted for ten epochs in each run.
class Fit {
 public:
  Fit(const Task& task, const Part& data, Part loss)
      : model_(make_ensemble(task.env(), false)),
        loss_(std::move(loss)),
        stage_(make_part("stages", "stage.fit_model", "max_epochs = 10\npatience = 10",
                         {{"model", testing::wire(model_->service<rl::DynamicsModel>("model"))},
                          {"data", testing::wire(data->service<rl::Dataset>("data"))},
                          {"loss", testing::wire(loss_->service<rl::ModelLoss>("loss"))}})) {}

  void sample() {
    seconds_.push_back(time_of([this] { stage_->stage().run(); }));
  }
  const std::vector<double>& seconds() const { return seconds_; }

 private:
  Part model_, loss_, stage_;
  std::vector<double> seconds_;
};

class VagramOverMse final : public Benchmark {
 public:
  VagramOverMse()
      : data_(filled_replay(task_.spec(), rows)),
        mse_(task_, data_, make_part("loss_mse", "loss.mse")),
        vagram_(task_, data_,
                make_part("loss_vagram", "loss.vagram", "",
                          {{"value", testing::wire(task_.agent->service<rl::ValueFunction>("value"))}})) {}

  int repetitions() const override { return 3; }
  void sample() override {
    // In turns, so that neither is always the first.
    const bool even = mse_.seconds().size() % 2 == 0;
    (even ? mse_ : vagram_).sample();
    (even ? vagram_ : mse_).sample();
  }
  Row row(double) const override {
    std::vector<double> ratios;
    for (std::size_t sample = 0; sample < mse_.seconds().size(); ++sample)
      ratios.push_back(vagram_.seconds()[sample] / mse_.seconds()[sample]);
    Row row;
    row.name = "vagram_over_mse";
    row.value = median(ratios);
    row.unit = "x MSE";
    row.target = 1.10;
    row.seconds = median(vagram_.seconds());
    return row;
  }

 private:
  Hopper task_;
  Part data_;
  Fit mse_, vagram_;
};

}  // namespace

Made vagram_over_mse() { return std::make_unique<VagramOverMse>(); }

}  // namespace weft::bench
