// SAC updates through the service that stage.train_agent calls.
#include <ATen/core/Generator.h>

#include <sstream>

#include "components.h"
#include "flop.h"
#include "reference/sac_reference.h"
#include "support/network_state.h"
#include "weft/rl/torch_random.h"

namespace weft::bench {
namespace {

/// The same update in plain LibTorch. The noise is drawn once, which favors it.
class PlainSac {
 public:
  PlainSac(const testing::Made& agent, const rl::EnvironmentSpec& spec, int64_t width, int64_t rows)
      : sac_(network(spec.observation_size, {width, width}, 2 * spec.action_size),
             network(spec.observation_size + spec.action_size, {width, width}, 1),
             testing::network(agent.save(), "policy"),
             {testing::network(agent.save(), "critic_0"), testing::network(agent.save(), "critic_1")}, -2.3, {},
             at::kFloat) {
    at::Generator generator = rl::torch_generator(1);
    const int64_t n = spec.observation_size, m = spec.action_size;
    batch_ = {at::randn({rows, n}, generator),
              at::rand({rows, m}, generator) * 2 - 1,
              at::randn({rows, n}, generator),
              at::randn({rows}, generator),
              at::zeros({rows}),
              at::randn({rows, m}, generator),
              at::randn({rows, m}, generator)};
  }
  void update() { sac_.update(batch_); }

 private:
  reference::Sac sac_;
  reference::SacBatch batch_;
};

class SacOfHopper final : public Benchmark {
 public:
  SacOfHopper(std::string name, int64_t width, double target, std::optional<double> over_plain_target)
      : name_(std::move(name)),
        target_(target),
        over_plain_target_(over_plain_target),
        width_(width),
        task_(width),
        single_("env_mujoco", "env.hopper", hidden(width), 1),
        rows_(testing::random_transitions(task_.spec(), batch, 1)),
        plain_(*task_.agent, task_.spec(), width, batch),
        fast_([this] { task_.agent->service<rl::Agent>("agent").update(rows_.batch()); }),
        one_thread_([this] { single_.agent->service<rl::Agent>("agent").update(rows_.batch()); }),
        plain_one_([this] { plain_.update(); }, 1),
        plain_two_([this] { plain_.update(); }, 2) {}

  void sample() override {
    fast_.sample();
    one_thread_.sample();
    plain_one_.sample();
    plain_two_.sample();
  }
  Row row(double roof) const override {
    const rl::EnvironmentSpec& spec = task_.spec();
    const double flop = sac_flop(batch, spec.observation_size, spec.action_size, {width_, width_});
    Row row = roof_row(name_, target_, fast_.seconds(), flop, roof);
    row.over_plain = std::min(plain_one_.seconds(), plain_two_.seconds()) / fast_.seconds();
    row.over_plain_target = over_plain_target_;
    std::ostringstream note;
    note.precision(3);
    note << one_thread_.seconds() * 1e3 << " ms on one thread";
    row.note = note.str();
    return row;
  }

 private:
  static constexpr int64_t batch = 256;

  std::string name_;
  double target_;
  std::optional<double> over_plain_target_;
  int64_t width_;
  Hopper task_;
  Task single_;  ///< its agent has one thread
  rl::TransitionBuffer rows_;
  PlainSac plain_;
  Series fast_, one_thread_, plain_one_, plain_two_;
};

class SacOfPendulum final : public Benchmark {
 public:
  SacOfPendulum()
      : task_("env_classic", "env.pendulum", "hidden = [64, 64]", 1),
        rows_(testing::random_transitions(task_.spec(), batch, 1)),
        plain_(*task_.agent, task_.spec(), 64, batch),
        fast_([this] { task_.agent->service<rl::Agent>("agent").update(rows_.batch()); }),
        plain_one_([this] { plain_.update(); }) {}

  void sample() override {
    fast_.sample();
    plain_one_.sample();
  }
  Row row(double roof) const override {
    const rl::EnvironmentSpec& spec = task_.spec();
    const double flop = sac_flop(batch, spec.observation_size, spec.action_size, {64, 64});
    // One thread, so the roof is that of one core.
    Row row = roof_row("sac_64", 0.35, fast_.seconds(), flop, roof / threads);
    row.value = fast_.seconds() * 1e3;
    row.unit = "ms";
    row.at_least = false;
    row.over_plain = plain_one_.seconds() / fast_.seconds();
    return row;
  }

 private:
  static constexpr int64_t batch = 100;

  Task task_;
  rl::TransitionBuffer rows_;
  PlainSac plain_;
  Series fast_, plain_one_;
};

}  // namespace

Made sac_of_hopper(const std::string& name, int64_t width, double target, std::optional<double> over_plain_target) {
  return std::make_unique<SacOfHopper>(name, width, target, over_plain_target);
}

Made sac_64() { return std::make_unique<SacOfPendulum>(); }

}  // namespace weft::bench
