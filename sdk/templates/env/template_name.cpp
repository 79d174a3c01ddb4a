// env.template_name: a force pushes a mass on a line to the origin and holds it there. Uses no Torch.
#include <algorithm>
#include <cmath>

#include "weft/core/plugin.h"
#include "weft/rl/checks.h"
#include "weft/rl/environment.h"

namespace {

using weft::Span;

constexpr double time_step = 0.1;  // s
constexpr double track_end = 5.0;  // m

/// Whether the mass has left the track. True for positions that are not finite.
bool off_track(double position) { return !(std::abs(position) <= track_end); }

/// One mass. State and observation: position [m], velocity [m/s]. Action: force [N], -1 .. 1, on 1 kg.
class TemplateNameSimulation final : public weft::rl::Simulation {
 public:
  explicit TemplateNameSimulation(int64_t time_limit) : time_limit_(time_limit) {}

  void reset(uint64_t seed) override {
    weft::Random random(seed);
    position_ = random.uniform(-2.0, 2.0);
    velocity_ = 0.0;
    steps_ = 0;
  }

  void observation(Span<double> out) const override { state(out); }

  weft::rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    if (steps_ < 0) throw weft::Error("step() was called before any episode began; call reset() or set_state() first");
    weft::rl::require_finite("action", action, 1);
    const double force = std::clamp(action[0], -1.0, 1.0);
    velocity_ += time_step * force;
    position_ += time_step * velocity_;
    ++steps_;
    state(next_observation);
    weft::rl::require_finite("state after the step", next_observation, 2);
    weft::rl::StepResult result;
    result.reward = -(position_ * position_ + 0.1 * velocity_ * velocity_ + 0.01 * force * force);
    result.terminated = off_track(position_);
    result.truncated = !result.terminated && time_limit_ > 0 && steps_ >= time_limit_;
    return result;
  }

  void state(Span<double> out) const override {
    out[0] = position_;
    out[1] = velocity_;
  }
  void set_state(Span<const double> state) override {
    weft::rl::require_finite("state", state, 2);
    position_ = state[0];
    velocity_ = state[1];
    steps_ = 0;
  }

  void save(weft::StateWriter& writer) const override {
    writer.number("position", position_);
    writer.number("velocity", velocity_);
    writer.number("steps", steps_);
  }
  void load(weft::StateReader& reader) override {
    position_ = reader.number<double>("position");
    velocity_ = reader.number<double>("velocity");
    steps_ = reader.number<int64_t>("steps");
  }

 private:
  int64_t time_limit_;
  double position_ = 0.0;
  double velocity_ = 0.0;
  int64_t steps_ = -1;  ///< steps of this episode; -1: none has begun
};

class TemplateName final : public weft::Component, public weft::rl::Environment {
 public:
  static void describe(weft::Description<TemplateName>& type) {
    type.summary(
        "Push a mass on a line to the origin and hold it there; leaving the track terminates. Rewards are at most 0.");
    type.offers<weft::rl::Environment>("environment", "the task");
    type.integer("time_limit", 100, weft::at_least(0), "an episode is truncated after this many steps; 0: never",
                 "steps");
  }

  explicit TemplateName(weft::Setup& setup) {
    spec_.observation_size = 2;
    spec_.action_size = 1;
    spec_.state_size = 2;
    spec_.action_low = {-1.0};
    spec_.action_high = {1.0};
    spec_.time_limit = setup.integer("time_limit");
    spec_.has_termination = true;
  }

  const weft::rl::EnvironmentSpec& spec() const override { return spec_; }

  std::unique_ptr<weft::rl::Simulation> make() const override {
    return std::make_unique<TemplateNameSimulation>(spec_.time_limit);
  }

  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    for (std::size_t row = 0; row < out.size; ++row)
      out[row] = off_track(observations[2 * row]) || !std::isfinite(observations[2 * row + 1]) ? 1 : 0;
  }

 private:
  weft::rl::EnvironmentSpec spec_;
};

}  // namespace

WEFT_PLUGIN("template_name", "0.1.0", "MIT", weft::component_type<TemplateName>("env.template_name"))
