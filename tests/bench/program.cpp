#include "program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "support/process.h"

namespace weft::bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t first_tick = 5000, last_tick = 7000;
const std::string graph = WEFT_SOURCE_FOLDER "/graphs/hopper_vagram.toml";

/// Runs `weft` and discards its output; throws if it fails.
void weft(const std::vector<std::string>& arguments) {
  std::string program = WEFT_PROGRAM, line = program;
  std::vector<char*> pointers{program.data()};
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
    line += " " + argument;
  }
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {1, 2}) posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int refused = posix_spawn(&child, program.c_str(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (refused != 0 || waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error("failed: " + line);
}

class Start final : public Benchmark {
 public:
  Start(std::string name, std::vector<std::string> arguments, double target)
      : name_(std::move(name)), arguments_(std::move(arguments)), target_(target) {}

  void sample() override {
    seconds_.push_back(time_of([this] { weft(arguments_); }));
  }
  Row row(double) const override { return bounded_row(name_, median(seconds_) * 1e3, "ms", target_, median(seconds_)); }

 private:
  std::string name_;
  std::vector<std::string> arguments_;
  double target_;
  std::vector<double> seconds_;
};

/// Calls `visit(cells)` for each line of a CSV file after the header.
template <class Visit>
void for_each_line(const fs::path& file, Visit visit) {
  std::istringstream text(testing::read_file(file));
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line)) {
    std::vector<std::string> cells;
    std::istringstream rest(line);
    for (std::string cell; std::getline(rest, cell, ',');) cells.push_back(cell);
    visit(cells);
  }
}

/// Whether the run in `folder` ended at the first tick, with the current graph, program and plugins.
bool is_up_to_date(const fs::path& folder) {
  const fs::path end = folder / "summary.json";
  if (!fs::exists(end)) return false;
  const nlohmann::json summary = nlohmann::json::parse(testing::read_file(end));
  if (summary.at("status") != "finished" || summary.at("tick") != first_tick) return false;
  const auto is_newer = [&](const fs::path& file) { return fs::last_write_time(file) > fs::last_write_time(end); };
  const fs::directory_iterator plugins(WEFT_PLUGIN_FOLDER);
  return !is_newer(graph) && !is_newer(WEFT_PROGRAM) && std::none_of(fs::begin(plugins), fs::end(plugins), is_newer);
}

/// A run that ended at the first tick, kept for the next benchmark.
fs::path started_run() {
  fs::path folder = fs::path(WEFT_BINARY_FOLDER) / "bench" / "hopper_vagram";
  if (!is_up_to_date(folder))
    weft({"run", graph, "--ticks", std::to_string(first_tick), "--threads", std::to_string(threads), "--out",
          folder.string(), "--replace"});
  return folder;
}

/// Training rows of the replay at a tick, split as stage.fit_model does.
double training_rows(double rows) { return rows - std::round(0.2 * rows); }

double seconds_of(const std::vector<Row>& rows, const std::string& name) {
  for (const Row& row : rows)
    if (row.name == name) return row.seconds.value();
  throw std::runtime_error("the main loop needs the row " + name);
}

}  // namespace

Made start_help() { return std::make_unique<Start>("start_help", std::vector<std::string>{"--help"}, 50.0); }
Made start_check() { return std::make_unique<Start>("start_check", std::vector<std::string>{"check", graph}, 1500.0); }

const std::vector<std::string>& MainLoop::rows() {
  static const std::vector<std::string> names{"vagram_over_mse", "sac_256",  "imagine",
                                              "collect",         "schedule", "replay_sample"};
  return names;
}

void MainLoop::run() {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  fs::copy(started_run(), folder, fs::copy_options::recursive);
  weft({"resume", folder.string(), "--ticks", std::to_string(last_tick), "--threads", std::to_string(threads)});
  seconds_ = nlohmann::json::parse(testing::read_file(folder / "summary.json")).at("session_seconds");
  for_each_line(folder / "timing.csv", [&](const std::vector<std::string>& cells) {
    if (std::stoll(cells.at(0)) > first_tick) calls_[cells.at(2)] = std::stoll(cells.at(3));
  });
  for_each_line(folder / "metrics.csv", [&](const std::vector<std::string>& cells) {
    const int64_t tick = std::stoll(cells.at(0));
    if (tick > first_tick && cells.at(1) == "fit.epochs")
      row_epochs_ += std::stod(cells.at(2)) * training_rows(static_cast<double>(tick));
  });
}

Row MainLoop::row(const std::vector<Row>& rows) const {
  const auto calls = [&](const char* stage) { return static_cast<double>(calls_.at(stage)); };
  // The row's fit: ten epochs over the training rows of 50 000.
  const double fit = row_epochs_ * seconds_of(rows, "vagram_over_mse") / (10.0 * training_rows(50'000.0));
  const double learn = calls("learn") * (seconds_of(rows, "sac_256") + seconds_of(rows, "replay_sample"));
  const double imagine = calls("imagine") * seconds_of(rows, "imagine");
  const double collect = calls("collect") * seconds_of(rows, "collect");
  double host = 0.0;
  for (const auto& [stage, count] : calls_) host += static_cast<double>(count) * seconds_of(rows, "schedule");

  Row row =
      bounded_row("main_loop", seconds_ / (fit + learn + imagine + collect + host), "x its stages", 1.25, seconds_);
  std::ostringstream note;
  note.precision(3);
  note << "the stages: fit " << fit << " s, learn " << learn << " s, imagine " << imagine << " s, collect " << collect
       << " s, host " << host << " s";
  row.note = note.str();
  return row;
}

}  // namespace weft::bench
