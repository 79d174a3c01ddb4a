// stage.imagine: short rollouts in the model from real observations.
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/acting.h"
#include "weft/rl/model.h"
#include "weft/rl/policy.h"
#include "weft/rl/rows.h"
#include "weft/rl/transitions.h"

namespace weft::stages {
namespace {

constexpr double warning_share = 0.01;    // of rows far outside the data's range
constexpr double longest_horizon = 1000;  // in steps; longer than the episodes of the usual environments

class Imagine final : public Stage {
 public:
  static void describe(Description<Imagine>& type) {
    type.state_version(2);
    type.summary("Rolls out the policy in the model, from observations drawn from a data set, and emits the rows.");
    type.reference("Janner et al., NeurIPS 2019, algorithm 2: branched rollouts");
    type.slot<rl::DynamicsModel>("model", "predicts the next observation and the reward");
    type.slot<rl::Dataset>("starts", "the data set whose observations rollouts start from, drawn with replacement");
    type.slot<rl::Policy>("policy", "chooses the actions, which are sampled");
    type.slot<rl::Environment>("env", "the environment whose termination function ends rollouts");
    type.emits<rl::TransitionSink>("transitions", "the imagined rows, one step of all rollouts at a time");
    type.integer("rollouts", 10'000, between(1, 10'000'000), "number of rollouts each time the stage runs", "rows");
    type.integer_ramp("horizon", 1, at_least(1), "length of a rollout that does not terminate", "steps");
    type.metric("horizon", "length of a rollout that does not terminate", "steps");
    type.metric("reward", "mean reward of the imagined rows");
    type.metric("terminated", "share of the rollouts that terminated");
    type.metric("outside",
                "share of the imagined rows with a next observation or a reward that lies farther outside the range of "
                "the real rows than this range is wide");
  }

  explicit Imagine(Setup& setup)
      : context_(setup.context()),
        model_(setup.service<rl::DynamicsModel>("model")),
        starts_(setup.service<rl::Dataset>("starts")),
        policy_(setup.service<rl::Policy>("policy")),
        environment_(setup.service<rl::Environment>("env")),
        transitions_(setup.outlet<rl::TransitionSink>("transitions")),
        spec_(environment_->spec()),
        rollouts_(setup.integer("rollouts")),
        horizon_(setup.ramp("horizon")),
        random_(context_.seed("imagine")) {
    rl::require_sizes("model", model_, spec_);
    rl::require_sizes("policy", policy_, spec_);
    if (!spec_.has_termination)
      throw SetupError("env",
                       "this environment has no termination function for batches, so nothing would end an imagined "
                       "rollout; wire an environment that has one");
    if (const double horizon = std::max(horizon_.from, horizon_.to); horizon > longest_horizon)
      context_.log(LogLevel::warning,
                   fmt::format("a horizon of {} steps is probably a mistake: errors of a model add up from step to "
                               "step, and each firing imagines up to {} rows; published horizons have 1 to 25 steps",
                               horizon, horizon * static_cast<double>(rollouts_)));
  }

  void run() override {
    draw_starts();
    measure_range();
    const int64_t horizon = horizon_.integer_at(context_.tick());
    int64_t emitted = 0, terminated = 0, outside = 0;
    double rewards = 0.0;
    for (int64_t step = 1; step <= horizon && rows_.batch().size > 0; ++step) {
      imagine_step(step == horizon);
      const rl::TransitionBatch batch = rows_.batch();
      transitions_.for_each([&](rl::TransitionSink& sink) { sink.receive(batch); });
      emitted += batch.size;
      outside += count_outside(batch);
      terminated += std::count(batch.terminated, batch.terminated + batch.size, uint8_t{1});
      for (int64_t row = 0; row < batch.size; ++row) rewards += static_cast<double>(batch.reward[row]);
      continue_rollouts();
      context_.progress(fmt::format("step {} of {}", step, horizon));
    }
    context_.record("horizon", static_cast<double>(horizon));
    context_.record("reward", rewards / static_cast<double>(emitted));
    context_.record("terminated", static_cast<double>(terminated) / static_cast<double>(rollouts_));
    record_outside(static_cast<double>(outside) / static_cast<double>(emitted));
  }

  void save(StateWriter& writer) const override {
    random_.save(writer, "random");
    writer.number("warned", static_cast<uint8_t>(warned_));
  }
  void load(StateReader& reader) override {
    random_.load(reader, "random");
    warned_ = reader.number<uint8_t>("warned") != 0;
  }

 private:
  /// Fills the observations of rows_; imagine_step() overwrites the other fields.
  void draw_starts() {
    const int64_t available = starts_->size();
    if (available == 0)
      throw Error(
          "the data set in slot 'starts' is empty; let this stage start later, with 'from' in its schedule entry");
    rl::require_sizes("starts", starts_, spec_);
    chosen_.resize(static_cast<std::size_t>(rollouts_));
    rl::draw_rows(chosen_, available, random_);
    rows_.resize(rollouts_, spec_.observation_size, spec_.action_size);
    starts_->gather(chosen_, rows_.rows());
  }

  /// The range of the next observations and the rewards of the rows that rollouts start from, widened on both sides by
  /// its own width: good models leave the data's range a little.
  void measure_range() {
    const rl::TransitionBatch batch = rows_.batch();
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    low_.assign(width + 1, std::numeric_limits<float>::infinity());
    high_.assign(width + 1, -std::numeric_limits<float>::infinity());
    const float* next = batch.next_observation;
    for (int64_t row = 0; row < batch.size; ++row, next += width)
      for (std::size_t column = 0; column <= width; ++column) {
        const float value = column < width ? next[column] : batch.reward[row];
        low_[column] = std::min(low_[column], value);
        high_[column] = std::max(high_[column], value);
      }
    for (std::size_t column = 0; column <= width; ++column) {
      const float spread = high_[column] - low_[column];
      low_[column] -= spread;
      high_[column] += spread;
    }
  }

  int64_t count_outside(const rl::TransitionBatch& batch) const {
    const std::size_t width = low_.size() - 1;
    int64_t count = 0;
    const float* next = batch.next_observation;
    for (int64_t row = 0; row < batch.size; ++row, next += width) {
      bool inside = batch.reward[row] >= low_[width] && batch.reward[row] <= high_[width];
      for (std::size_t column = 0; column < width; ++column)
        inside = inside && next[column] >= low_[column] && next[column] <= high_[column];
      count += inside ? 0 : 1;
    }
    return count;
  }

  void record_outside(double share) {
    context_.record("outside", share);
    if (share <= warning_share || warned_) return;
    warned_ = true;
    context_.log(
        LogLevel::warning,
        fmt::format("{:.3g} % of the imagined rows lie far outside the range of the real rows; what is learned "
                    "from them is likely wrong. A shorter horizon, more rows before the first fit, or "
                    "normalize_targets = true for the model may help. See the metric 'outside'; this warning "
                    "is printed once.",
                    100.0 * share));
  }

  /// One step of all rollouts. Observations are wrapped, as the policy and the model know them; next observations are
  /// as predicted, so that their difference from the observations stays small, but limited to what steps can lead to.
  void imagine_step(bool last) {
    const rl::TransitionRows rows = rows_.rows();
    policy_->sample(rows.size, rows.observation, random_, rows.action);
    model_->sample(rows.size, rows.observation, rows.action, random_, rows.next_observation, rows.reward);
    const auto count = static_cast<std::size_t>(rows.size);
    const std::size_t numbers = count * static_cast<std::size_t>(spec_.observation_size);
    const std::size_t actions = count * static_cast<std::size_t>(spec_.action_size);
    rl::require_finite("the action of the policy", Span<const float>(rows.action, actions));
    rl::require_finite("the next observation that the model predicts",
                       Span<const float>(rows.next_observation, numbers));
    rl::require_finite("the reward that the model predicts", Span<const float>(rows.reward, count));

    next_.assign(rows.next_observation, rows.next_observation + numbers);
    environment_->clip(next_);
    std::transform(next_.begin(), next_.end(), rows.next_observation,
                   [](double value) { return static_cast<float>(value); });
    environment_->terminated(next_, {rows.terminated, count});
    for (std::size_t row = 0; row < count; ++row)
      rows.truncated[row] = last && rows.terminated[row] == 0 ? uint8_t{1} : uint8_t{0};
  }

  /// Turns the next observations of the rollouts that continue, wrapped, into the observations of the next step.
  void continue_rollouts() {
    environment_->wrap(next_);
    const rl::TransitionBatch batch = rows_.batch();
    const int64_t width = spec_.observation_size;
    auto end = next_.begin();
    for (int64_t row = 0; row < batch.size; ++row)
      if (batch.terminated[row] == 0) end = std::copy_n(next_.begin() + row * width, width, end);
    rows_.resize((end - next_.begin()) / width, width, spec_.action_size);
    std::transform(next_.begin(), end, rows_.rows().observation,
                   [](double value) { return static_cast<float>(value); });
  }

  Context& context_;
  Wire<rl::DynamicsModel> model_;
  Wire<rl::Dataset> starts_;
  Wire<rl::Policy> policy_;
  Wire<rl::Environment> environment_;
  Outlet<rl::TransitionSink> transitions_;
  const rl::EnvironmentSpec& spec_;
  int64_t rollouts_;
  Ramp horizon_;
  Random random_;
  std::vector<int64_t> chosen_;
  rl::TransitionBuffer rows_;
  std::vector<double> next_;
  std::vector<float> low_, high_;  // [n + 1]: the widened range of next observations, then of rewards
  bool warned_ = false;
};

}  // namespace

const weft_component_type* imagine_type() { return component_type<Imagine>("stage.imagine"); }

}  // namespace weft::stages
