// stage.drive: steps an environment with recorded actions and writes down what it does.
#include <filesystem>
#include <string>
#include <vector>

#include "csv/csv.h"
#include "types.h"
#include "weft/core/plugin.h"
#include "weft/rl/environment.h"

namespace weft::stages {
namespace {

class Drive final : public Stage {
 public:
  static void describe(Description<Drive>& type) {
    type.summary(
        "Steps an environment with the actions of a file, all of them each time it runs, and writes what happens: to "
        "compare an environment with another implementation. Ends early where the episode ends, and says so.");
    type.slot<rl::Environment>("env", "what is driven");
    type.path("actions", "CSV file with the columns a0, a1, ...: one row a step, in the units of the environment");
    type.optional_path("state",
                       "CSV file with the columns state0, state1, ... and one row: where to start; left out: a reset "
                       "with a seed that follows from the run's");
    type.optional_path(
        "out",
        "CSV file to write: for each step the state after it (state0 ...), the observation that it led to (obs0 ...), "
        "reward, terminated and truncated (0 or 1), in digits that read back as the same doubles; emptied when the "
        "stage begins; left out: nothing is written");
  }

  explicit Drive(Setup& setup)
      : context_(setup.context()),
        environment_(setup.service<rl::Environment>("env")),
        spec_(environment_->spec()),
        simulation_(environment_.own(environment_->make())),
        out_(setup.path("out")) {
    const std::string actions = setup.path("actions"), state = setup.path("state");
    actions_ = read(actions, "actions", numbered("a", spec_.action_size));
    check_bounds(actions);
    if (!state.empty()) state_ = read(state, "state", numbered("state", spec_.state_size));
    if (!state.empty() && state_.rows.size() != 1)
      throw SetupError("state", state + " holds " + std::to_string(state_.rows.size()) + " rows; one was expected");
    for (const std::string& input : {actions, state}) {
      std::error_code error;
      if (!input.empty() && std::filesystem::equivalent(input, out_, error))
        throw SetupError("out", out_ + " is also read from; give another file to write to");
    }
  }

  void run() override {
    // Emptied first: what an earlier run wrote must not pass for the result of one that failed.
    if (!out_.empty()) write_file(out_, "");
    if (state_.rows.empty()) {
      simulation_->reset(context_.seed("reset"));
    } else {
      simulation_->set_state(state_.rows.front());
    }
    std::string text = header();
    rl::StepResult result;
    std::size_t steps = 0;
    while (steps < actions_.rows.size() && !result.terminated && !result.truncated) {
      std::vector<double> observation(static_cast<std::size_t>(spec_.observation_size));
      result = simulation_->step(actions_.rows[steps++], observation);
      text += row(observation, result);
    }
    if (!out_.empty()) write_file(out_, text);
    report(steps, result);
  }

 private:
  static Table read(const std::string& file, const char* key, const std::vector<std::string>& columns) try {
    return read_table(file, columns);
  } catch (const Error& error) {
    throw SetupError(key, error.what());
  }

  void check_bounds(const std::string& file) const {
    for (std::size_t row = 0; row < actions_.rows.size(); ++row)
      for (std::size_t index = 0; index < actions_.rows[row].size(); ++index) {
        const double action = actions_.rows[row][index];
        if (action >= spec_.action_low[index] && action <= spec_.action_high[index]) continue;
        throw SetupError("actions", file + ":" + std::to_string(actions_.lines[row]) + ": a" + std::to_string(index) +
                                        " is " + to_text(action) + "; a number from " +
                                        to_text(spec_.action_low[index]) + " to " + to_text(spec_.action_high[index]) +
                                        " was expected");
      }
  }

  std::string header() const {
    std::string text;
    for (const std::string& name : numbered("state", spec_.state_size)) text += name + ",";
    for (const std::string& name : numbered("obs", spec_.observation_size)) text += name + ",";
    return text + "reward,terminated,truncated\n";
  }

  std::string row(const std::vector<double>& observation, const rl::StepResult& result) const {
    std::vector<double> state(static_cast<std::size_t>(spec_.state_size));
    simulation_->state(state);
    std::string text;
    for (const double value : state) text += to_text(value) + ",";
    for (const double value : observation) text += to_text(value) + ",";
    return text + to_text(result.reward) + (result.terminated ? ",1" : ",0") + (result.truncated ? ",1\n" : ",0\n");
  }

  void report(std::size_t steps, const rl::StepResult& result) {
    const std::size_t given = actions_.rows.size();
    std::string message = std::to_string(steps) + " of " + std::to_string(given) + " actions taken";
    if (result.terminated || result.truncated)
      message += std::string("; the episode was ") + (result.terminated ? "terminated" : "truncated") + " by the last";
    message += out_.empty() ? "; nothing is written, since 'out' names no file: --set stages." +
                                  std::string(context_.name()) + ".out=o.csv"
                            : "; written to " + out_;
    context_.log(steps < given || out_.empty() ? LogLevel::warning : LogLevel::info, message);
  }

  Context& context_;
  Wire<rl::Environment> environment_;
  const rl::EnvironmentSpec& spec_;
  Owned<rl::Simulation> simulation_;
  std::string out_;
  Table actions_, state_;
};

}  // namespace

const weft_component_type* drive_type() { return component_type<Drive>("stage.drive"); }

}  // namespace weft::stages
