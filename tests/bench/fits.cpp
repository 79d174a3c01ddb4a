// Complete fits by stage.fit_model: the cost of VaGraM's weights, including the value gradients.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "steps.h"
#include "weft/rl/value_function.h"

namespace weft::bench {
namespace {

constexpr int64_t rows = 50'000;
constexpr int epochs = 10;

/// Two workers that run in turns.
class Turns {
 public:
  void wait_for(int worker) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == worker; });
  }
  void give_to(int worker) {
    const std::lock_guard<std::mutex> lock(mutex_);
    turn_ = worker;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int turn_ = 0;
};

/// A fit of ten epochs on its own thread, which waits for the other fit after each epoch. It acts as the loss of its
/// stage: the first loss after scores starts an epoch.
class Fit final : public rl::ModelLoss {
 public:
  Fit(const Task& task, const testing::Made& data, MadeComponent loss, Turns& turns, int number)
      : turns_(turns),
        number_(number),
        model_(make_ensemble(task.env(), false)),
        loss_(std::move(loss)),
        stage_(make_component("stages_learning", "stage.fit_model", "max_epochs = 10\npatience = 10",
                              {{"model", testing::wire(model_->service<rl::DynamicsModel>("model"))},
                               {"data", testing::wire(data.service<rl::Dataset>("data"))},
                               {"loss", testing::wire<rl::ModelLoss>(*this)}})) {}

  void run() {
    turns_.wait_for(number_);
    begin_ = Clock::now();
    stage_->stage().run();
    end_span();
    turns_.give_to(1 - number_);
  }
  /// Of the whole fit, from the median epoch: `spans_` holds the time before the first epoch, the epochs, and the last
  /// epoch with the time after it.
  double seconds() const {
    const std::vector<double> inner(spans_.begin() + 1, spans_.end() - 1);
    return spans_.front() + spans_.back() + (epochs - 1) * median(inner);
  }

  std::unique_ptr<rl::LossFit> prepare(const rl::FitData& data) override {
    real_ = loss_->service<rl::ModelLoss>("loss").prepare(data);
    return rl::ModelLoss::prepare(data);  // of this class
  }
  at::Tensor loss(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    if (scored_) end_span();
    if (scored_ && spans_.size() > 1) {
      turns_.give_to(1 - number_);
      turns_.wait_for(number_);
      begin_ = Clock::now();
    }
    scored_ = false;
    return real_->loss(prediction, batch);
  }
  at::Tensor score(const rl::Prediction& prediction, const rl::MemberBatch& batch) override {
    scored_ = true;
    return real_->score(prediction, batch);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void end_span() {
    const Clock::time_point now = Clock::now();
    spans_.push_back(std::chrono::duration<double>(now - begin_).count());
    begin_ = now;
  }

  Turns& turns_;
  int number_;
  MadeComponent model_, loss_, stage_;
  std::unique_ptr<rl::LossFit> real_;
  Clock::time_point begin_;
  bool scored_ = true;  ///< no loss was computed since the last scores; also before the first
  std::vector<double> spans_;
};

class VagramOverMse final : public Benchmark {
 public:
  VagramOverMse()
      : data_(filled_replay(task_.spec(), rows)),
        mse_(task_, *data_, make_component("loss_mse", "loss.mse"), turns_, 0),
        vagram_(task_, *data_,
                make_component("loss_vagram", "loss.vagram", "",
                               {{"value", testing::wire(task_.agent->service<rl::ValueFunction>("value"))}}),
                turns_, 1) {}

  int repetitions() const override { return 1; }
  void sample() override {
    std::thread other([this] { vagram_.run(); });
    mse_.run();
    other.join();
  }
  Row row(double) const override {
    return bounded_row("vagram_over_mse", vagram_.seconds() / mse_.seconds(), "x MSE", 1.10, vagram_.seconds());
  }

 private:
  Hopper task_;
  MadeComponent data_;
  Turns turns_;
  Fit mse_, vagram_;
};

}  // namespace

Made vagram_over_mse() { return std::make_unique<VagramOverMse>(); }

}  // namespace weft::bench
