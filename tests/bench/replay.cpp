// Memory of a replay of a million rows, and time for a batch.
#include "components.h"
#include "host/base/memory.h"

namespace weft::bench {
namespace {

constexpr int64_t capacity = 1'000'000;

double raw_bytes(const rl::EnvironmentSpec& spec) {
  const int64_t numbers = 2 * spec.observation_size + spec.action_size + 1;
  return static_cast<double>(capacity * (static_cast<int64_t>(sizeof(float)) * numbers + 2));
}

class ReplayBytes final : public Benchmark {
 public:
  int repetitions() const override { return 1; }
  void sample() override {
    const rl::TransitionBuffer rows = testing::random_transitions(task_.spec(), 5000, 1);
    const std::size_t before = host::heap_in_use();
    const MadeComponent replay = make_replay("capacity = 1_000_000");
    // Half as many again, because a full replay drops old rows when it receives new ones.
    for (int64_t count = 0; count < capacity * 3 / 2; count += rows.batch().size) sink(*replay).receive(rows.batch());
    bytes_ = static_cast<double>(host::heap_in_use() - before);
  }
  Row row(double) const override {
    return bounded_row("replay_bytes", bytes_ / raw_bytes(task_.spec()), "x raw", 1.15, {});
  }

 private:
  Hopper task_;
  double bytes_ = 0.0;
};

/// An agent that does not learn.
struct Idle final : rl::Agent {
  explicit Idle(const rl::EnvironmentSpec& spec) : observations(spec.observation_size), actions(spec.action_size) {}
  int64_t observation_size() const override { return observations; }
  int64_t action_size() const override { return actions; }
  void update(const rl::TransitionBatch&) override {}
  int64_t observations, actions;
};

/// A firing of stage.train_agent with an agent that does nothing: rows are only drawn and gathered.
class ReplaySample final : public Benchmark {
 public:
  ReplaySample()
      : idle_(task_.spec()),
        replay_(filled_replay(task_.spec(), capacity)),
        learn_(make_component("stages_learning", "stage.train_agent", "",
                              {{"agent", testing::wire<rl::Agent>(idle_)},
                               {"real", testing::wire(replay_->service<rl::Dataset>("data"))}})),
        draw_([this] { learn_->stage().run(); }) {}

  void sample() override { draw_.sample(); }
  Row row(double) const override {
    return bounded_row("replay_sample", draw_.seconds() * 1e6, "us", 20.0, draw_.seconds());
  }

 private:
  Hopper task_;
  Idle idle_;
  MadeComponent replay_, learn_;
  Series draw_;
};

}  // namespace

Made replay_bytes() { return std::make_unique<ReplayBytes>(); }
Made replay_sample() { return std::make_unique<ReplaySample>(); }

}  // namespace weft::bench
