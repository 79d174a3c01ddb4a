// Environment steps of the Hopper by stage.collect, and the physics engine by itself with the same actions.
#include <mujoco/mujoco.h>

#include <stdexcept>

#include "components.h"

namespace weft::bench {
namespace {

constexpr int64_t steps = 1000;
constexpr int engine_steps = 4;  // per step of the environment

/// The actions taken, and where episodes began.
struct Record final : rl::TransitionSink {
  void receive(const rl::TransitionBatch& batch) override {
    observations.insert(observations.end(), batch.observation, batch.observation + batch.observation_size);
    actions.insert(actions.end(), batch.action, batch.action + batch.action_size);
    begins.push_back(ended);
    ended = *batch.terminated || *batch.truncated;
  }
  std::vector<double> observations, actions;
  std::vector<bool> begins;
  bool ended = true;
};

/// A loop of mj_step with the recorded actions.
class Engine {
 public:
  explicit Engine(const Record& record) : record_(record) {
    char error[500] = "";
    model_ = mj_loadXML(WEFT_PLUGIN_FOLDER "/models/hopper.xml", nullptr, error, sizeof error);
    if (!model_) throw std::runtime_error(error);
    data_ = mj_makeData(model_);
  }
  ~Engine() {
    mj_deleteData(data_);
    mj_deleteModel(model_);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void run() {
    const double* action = record_.actions.data();
    for (std::size_t step = 0; step < record_.begins.size(); ++step, action += model_->nu) {
      if (record_.begins[step]) begin(record_.observations.data() + step * static_cast<std::size_t>(observed()));
      std::copy_n(action, model_->nu, data_->ctrl);
      for (int count = 0; count < engine_steps; ++count) mj_step(model_, data_);
    }
  }

 private:
  /// All coordinates but x, which has no effect, and all velocities.
  int observed() const { return static_cast<int>(model_->nq - 1 + model_->nv); }
  void begin(const double* observation) {
    mj_resetData(model_, data_);
    std::copy_n(observation, model_->nq - 1, data_->qpos + 1);
    std::copy_n(observation + model_->nq - 1, model_->nv, data_->qvel);
    mj_forward(model_, data_);
  }

  const Record& record_;
  mjModel* model_;
  mjData* data_;
};

class Collect final : public Benchmark {
 public:
  Collect() : record_(recorded()), engine_(record_) {}

  void sample() override {
    engine_seconds_.push_back(time_of([this] { engine_.run(); }) / steps);
    // The same seed, so the same actions.
    const MadeComponent replay = make_replay("capacity = 125_000");
    const MadeComponent stage = make_stage(sink(*replay));
    seconds_.push_back(time_of([&] { run(*stage); }) / steps);
  }
  Row row(double) const override {
    return bounded_row("collect", median(seconds_) / median(engine_seconds_), "x mj_step", 1.10, median(seconds_));
  }

 private:
  /// Within the warm-up, so that the policy is not called.
  MadeComponent make_stage(rl::TransitionSink& to) const {
    MadeComponent stage = make_component(
        "stages_acting", "stage.collect", "warmup = 1_000_000",
        {{"env", testing::wire(task_.env())}, {"policy", testing::wire(task_.agent->service<rl::Policy>("policy"))}});
    stage->connect("transitions", to);
    return stage;
  }
  static void run(const testing::Made& stage) {
    for (int64_t step = 0; step < steps; ++step) stage.stage().run();
  }
  Record recorded() const {
    Record record;
    run(*make_stage(record));
    return record;
  }

  Hopper task_;
  Record record_;
  Engine engine_;
  std::vector<double> seconds_, engine_seconds_;
};

}  // namespace

Made collect() { return std::make_unique<Collect>(); }

}  // namespace weft::bench
