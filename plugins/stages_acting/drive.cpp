// stage.drive: steps an environment with recorded actions and writes what happens to a file.
#include <fmt/core.h>

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
        "Steps an environment with the actions of a file, all of them each time it runs, and writes what happens, to "
        "compare the environment with another implementation. Stops early if the episode ends, and logs that.");
    type.slot<rl::Environment>("env", "the environment to step");
    type.path("actions", "CSV file with the columns a0, a1, ...: one row per step, in the units of the environment");
    type.optional_path("state",
                       "CSV file with the columns state0, state1, ... and one row: the state to start from; if left "
                       "out, the start is a reset with a seed derived from the run's");
    type.optional_path(
        "out",
        "CSV file to write: for each step the state after it (state0 ...), the next observation (obs0 ...), reward, "
        "terminated and truncated (0 or 1), with enough digits to read back the same doubles; emptied when the stage "
        "starts; if left out, nothing is written");
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
      throw SetupError("state", fmt::format("{} holds {} rows; one was expected", state, state_.rows.size()));
    for (const std::string& input : {actions, state}) {
      std::error_code error;
      if (!input.empty() && std::filesystem::equivalent(input, out_, error))
        throw SetupError("out", fmt::format("{} is also an input of this stage; name another file to write to", out_));
    }
  }

  void run() override {
    // Emptied first, so that nobody takes the output of an earlier run for that of a run that failed.
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
        throw SetupError("actions",
                         fmt::format("{}:{}: a{} is {}; a number from {} to {} was expected", file, actions_.lines[row],
                                     index, action, spec_.action_low[index], spec_.action_high[index]));
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
    std::string message = fmt::format("{} of {} actions taken", steps, given);
    if (result.terminated || result.truncated)
      message += fmt::format("; the last one {} the episode", result.terminated ? "terminated" : "truncated");
    message += out_.empty() ? fmt::format(
                                  "; nothing is written, because 'out' names no file: set it with --set "
                                  "stages.{}.out=o.csv",
                                  context_.name())
                            : fmt::format("; written to {}", out_);
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
