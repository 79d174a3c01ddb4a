// env.distracted: an environment with unrelated numbers appended to its observations.
#include <algorithm>

#include "distractors.h"
#include "weft/core/plugin.h"
#include "weft/rl/checks.h"
#include "weft/rl/environment.h"

namespace weft::distracted {
namespace {

/// State: that of the task, then the distractors. The task sees the same reset seeds as without distractors.
class DistractedSimulation final : public rl::Simulation {
 public:
  /// `map`: null for pure noise; outlives the simulation.
  DistractedSimulation(Owned<rl::Simulation> task, const rl::EnvironmentSpec& task_spec, const ChaoticMap* map,
                       std::size_t count, double scale)
      : task_(std::move(task)),
        observed_(static_cast<std::size_t>(task_spec.observation_size)),
        state_size_(static_cast<std::size_t>(task_spec.state_size)),
        map_(map),
        distractors_(count),
        scale_(scale) {}

  void reset(uint64_t seed) override {
    task_->reset(seed);
    random_ = Random(mix_seed(~seed));  // another stream than that of the task, which gets the same seed
    if (map_)
      for (double& value : distractors_) value = 0.1 * random_.normal();
    update();
  }

  void observation(Span<double> out) const override {
    task_->observation({out.data, observed_});
    show(out);
  }

  rl::StepResult step(Span<const double> action, Span<double> next_observation) override {
    const rl::StepResult result = task_->step(action, {next_observation.data, observed_});
    update();
    show(next_observation);
    return result;
  }

  void state(Span<double> out) const override {
    task_->state({out.data, state_size_});
    std::copy(distractors_.begin(), distractors_.end(), out.data + state_size_);
  }

  // Pure noise continues the stream of the last reset.
  void set_state(Span<const double> state) override {
    rl::require_finite("state", state, state_size_ + distractors_.size());
    task_->set_state({state.data, state_size_});
    std::copy_n(state.data + state_size_, distractors_.size(), distractors_.begin());
  }

  void save(StateWriter& writer) const override {
    StateWriter task_writer = writer.scope("task");
    task_->save(task_writer);
    writer.array("distractors", distractors_);
    random_.save(writer, "random");
  }

  void load(StateReader& reader) override {
    StateReader task_reader = reader.scope("task");
    task_->load(task_reader);
    reader.array("distractors", {static_cast<int64_t>(distractors_.size())}, distractors_.data());
    random_.load(reader, "random");
  }

 private:
  void update() {
    if (map_)
      map_->apply(distractors_);
    else
      for (double& value : distractors_) value = random_.normal();
  }
  /// Writes the distractors after the observation of the task.
  void show(Span<double> observation) const {
    std::transform(distractors_.begin(), distractors_.end(), observation.data + observed_,
                   [this](double value) { return scale_ * value; });
  }

  Owned<rl::Simulation> task_;
  std::size_t observed_;    ///< numbers of the task's observation
  std::size_t state_size_;  ///< numbers of the task's state
  const ChaoticMap* map_;
  std::vector<double> distractors_;  ///< unscaled
  double scale_;
  Random random_;
};

/// The wrapped task: its spec with `count` more observed numbers.
class DistractedEnvironment final : public Component, public rl::Environment {
 public:
  static void describe(Description<DistractedEnvironment>& type) {
    type.summary(
        "An environment with distracting numbers appended to its observations, which actions do not influence.");
    type.reference("Voelcker et al., ICLR 2022: distracting dimensions");
    type.offers<rl::Environment>("environment", "the task with distractors");
    type.slot<rl::Environment>("env", "the environment to wrap; its time limit applies");
    type.integer("count", 10, between(0, 1000), "number of distracting numbers", "numbers");
    type.flag("noise", false, "whether the numbers are independent standard normal noise instead of a chaotic map");
    type.real("scale", 1.0, above(0.0),
              "factor of the distracting numbers in observations; the map itself works on the unscaled numbers");
  }

  // The constants depend only on the run's seed: training and evaluation get the same dynamics, even from different
  // components.
  explicit DistractedEnvironment(Setup& setup)
      : task_(setup.service<rl::Environment>("env")),
        count_(static_cast<std::size_t>(setup.integer("count"))),
        noise_(setup.flag("noise")),
        scale_(setup.real("scale")),
        map_(ChaoticMap::draw(count_, setup.context().run_seed("env.distracted"))),
        spec_(task_->spec()) {
    spec_.observation_size += setup.integer("count");
    spec_.state_size += setup.integer("count");
  }

  const rl::EnvironmentSpec& spec() const override { return spec_; }

  std::unique_ptr<rl::Simulation> make() const override {
    Owned<rl::Simulation> simulation = task_.own(task_->make());
    const rl::EnvironmentSpec& spec = task_->spec();
    return std::make_unique<DistractedSimulation>(std::move(simulation), spec, noise_ ? nullptr : &map_, count_,
                                                  scale_);
  }

  // Termination is that of the task, except that distractors that are not finite terminate, too.
  void terminated(Span<const double> observations, Span<uint8_t> out) const override {
    const std::vector<double> seen = task_columns(observations);
    task_->terminated(seen, out);
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    for (std::size_t row = 0; row < out.size; ++row)
      if (!rl::all_finite({observations.data + row * width, width})) out[row] = 1;
  }

  void clip(Span<double> next_observations) const override {
    change_task_columns(next_observations, [this](Span<double> seen) { task_->clip(seen); });
  }
  void wrap(Span<double> observations) const override {
    change_task_columns(observations, [this](Span<double> seen) { task_->wrap(seen); });
  }

 private:
  /// Applies `change` to the columns of the task itself.
  template <class Change>
  void change_task_columns(Span<double> observations, const Change& change) const {
    std::vector<double> seen = task_columns(observations);
    change(seen);
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    const std::size_t task_width = width - count_;
    for (std::size_t row = 0; row < observations.size / width; ++row)
      std::copy_n(seen.data() + row * task_width, task_width, observations.data + row * width);
  }

  /// The columns of the task itself, `[batch, task's observation size]`.
  std::vector<double> task_columns(Span<const double> observations) const {
    const auto width = static_cast<std::size_t>(spec_.observation_size);
    const std::size_t task_width = width - count_;
    const std::size_t rows = observations.size / width;
    std::vector<double> columns(rows * task_width);
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(observations.data + row * width, task_width, columns.data() + row * task_width);
    return columns;
  }

  Wire<rl::Environment> task_;
  std::size_t count_;
  bool noise_;
  double scale_;
  ChaoticMap map_;
  rl::EnvironmentSpec spec_;
};

}  // namespace
}  // namespace weft::distracted

WEFT_PLUGIN("env_distracted", "1.0.0", "MIT",
            weft::component_type<weft::distracted::DistractedEnvironment>("env.distracted"))
