#include "host/sweep/runs.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <numeric>
#include <sstream>
#include <thread>

#include "host/base/child.h"
#include "host/base/number.h"
#include "host/base/terminal.h"
#include "host/base/thread_count.h"
#include "host/engine/interrupt.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto poll = 20ms;
constexpr auto redraw = 500ms;

std::string counted(std::size_t runs) { return std::to_string(runs) + (runs == 1 ? " run" : " runs"); }

/// The last line with an error in what a file says after its first `skip` bytes; else its last line.
std::string last_error(const fs::path& file, std::size_t skip) {
  std::istringstream stream(read_whole(file).substr(skip));
  std::string error, last;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("error: ") != std::string::npos) error = line;
    if (!line.empty()) last = line;
  }
  return error.empty() ? last : error;
}

std::size_t size_of(const fs::path& file) {
  std::error_code absent;
  const auto size = fs::file_size(file, absent);
  return absent ? 0 : static_cast<std::size_t>(size);
}

class Sweep {
 public:
  Sweep(const SweepPlan& plan, const std::vector<Standing>& standings, const SweepOptions& options, std::ostream& err)
      : plan_(plan),
        standings_(standings),
        options_(options),
        line_(err, is_terminal(err)),
        program_(fs::read_symlink("/proc/self/exe").string()),
        ends_(plan.runs.size()) {
    for (std::size_t index = 0; index < plan.runs.size(); ++index) {
      if (standings[index] == Standing::done)
        ends_[index].kind = RunEnd::Kind::done_before;
      else
        waiting_.push_back(index);
    }
    finished_ = plan.runs.size() - waiting_.size();
    sort_by_seed();
  }

  std::vector<RunEnd> run() {
    const SignalCount signals;
    const auto jobs = static_cast<std::size_t>(thread_count(options_.jobs));
    while (!running_.empty() || (next_ < waiting_.size() && signals.value() == 0)) {
      while (running_.size() < jobs && next_ < waiting_.size() && signals.value() == 0) start(waiting_[next_++]);
      if (signals.value() > told_) tell_to_end(signals.value());
      std::this_thread::sleep_for(poll);
      take_ended();
      draw(jobs);
    }
    line_.end();
    return std::move(ends_);
  }

 private:
  struct Running {
    std::size_t index;
    Child child;
    Clock::time_point begin;
    std::size_t said_before;  ///< bytes in its file that are of earlier
  };

  /// The runs of the first seed of each setting come first, so that a sweep that is cut short compares all of them.
  void sort_by_seed() {
    std::vector<std::size_t> rank(plan_.runs.size(), 0);
    for (std::size_t index = 1; index < rank.size(); ++index)
      rank[index] = plan_.runs[index].setting == plan_.runs[index - 1].setting ? rank[index - 1] + 1 : 0;
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [&](std::size_t left, std::size_t right) { return rank[left] < rank[right]; });
  }

  std::vector<std::string> arguments(std::size_t index) const {
    const SweepRun& run = plan_.runs[index];
    const SweepSetting& setting = plan_.settings[run.setting];
    std::vector<std::string> words = {program_};
    if (standings_[index] == Standing::goes_on) {
      words.insert(words.end(), {"resume", run.folder.string()});
    } else {
      words.insert(words.end(), {"run", setting.graph.string(), "--out", run.folder.string(), "--replace", "--seed",
                                 std::to_string(run.seed)});
      for (const std::string& set : setting.sets) words.insert(words.end(), {"--set", set});
    }
    words.insert(words.end(), {"--ticks", std::to_string(run.ticks), "--threads", "1"});
    for (const fs::path& path : options_.plugin_path) words.insert(words.end(), {"--plugin-path", path.string()});
    return words;
  }

  void start(std::size_t index) {
    const SweepRun& run = plan_.runs[index];
    const fs::path said = said_in(run);
    try {
      fs::create_directories(run.folder.parent_path());
      if (standings_[index] == Standing::begins_anew) fs::remove(said);
      const std::size_t before = size_of(said);
      running_.push_back({index, Child(arguments(index), said), Clock::now(), before});
    } catch (const std::exception& error) {
      end(index, {RunEnd::Kind::failed, error.what()}, "");
    }
  }

  void tell_to_end(int signals) {
    told_ = signals;
    for (const Running& running : running_) running.child.send(signals == 1 ? SIGINT : SIGKILL);
    if (signals > 1)
      line_.print("ended at once; the last checkpoints are as they were");
    else
      line_.print("finishing the tick and saving " + counted(running_.size()) + "; once more to end at once");
  }

  void take_ended() {
    for (auto running = running_.begin(); running != running_.end();) {
      const std::optional<int> code = running->child.ended();
      if (!code) {
        ++running;
        continue;
      }
      const std::chrono::duration<double> seconds = Clock::now() - running->begin;
      if (*code == 0) durations_.push_back(seconds.count());
      end(running->index, end_of(*running, *code), duration(seconds.count()));
      running = running_.erase(running);
    }
  }

  RunEnd end_of(const Running& running, int code) const {
    const std::string changed = code == 0 ? conflict(plan_.runs[running.index]) : "";
    if (!changed.empty()) return {RunEnd::Kind::failed, "the graph was changed meanwhile; the folder holds " + changed};
    if (code == 0) return {RunEnd::Kind::done, ""};
    if (told_ > 0 && (code == 128 + SIGINT || code == 128 + SIGKILL)) return {RunEnd::Kind::interrupted, ""};
    if (code == Child::cannot_start) return {RunEnd::Kind::failed, "cannot start '" + program_ + "'"};
    if (code == 128 + SIGINT || code == 128 + SIGTERM) return {RunEnd::Kind::failed, "was interrupted"};
    if (code > 128)
      return {RunEnd::Kind::failed,
              "ended by signal " + std::to_string(code - 128) + " (" + ::strsignal(code - 128) + ")"};
    return {RunEnd::Kind::failed, last_error(said_in(plan_.runs[running.index]), running.said_before)};
  }

  void end(std::size_t index, const RunEnd& how, const std::string& took) {
    ends_[index] = how;
    if (how.kind == RunEnd::Kind::interrupted) return;
    ++finished_;
    const std::string count = std::to_string(finished_) + "/" + std::to_string(plan_.runs.size()) + "  ";
    const std::string name = label(plan_, plan_.runs[index]);
    if (how.kind == RunEnd::Kind::failed)
      line_.print(count + name + " failed: " + how.error);
    else if (!line_.terminal())
      line_.print(count + name + " done in " + took);
  }

  void draw(std::size_t jobs) {
    const Clock::time_point now = Clock::now();
    if (!line_.terminal() || now - drawn_ < redraw) return;
    drawn_ = now;
    std::string text = "runs " + std::to_string(finished_) + "/" + std::to_string(plan_.runs.size()) + "  " +
                       std::to_string(running_.size()) + " under way";
    if (told_ > 0)
      text += ", saving";
    else if (!durations_.empty())
      text += "  " + duration(seconds_left(now) / static_cast<double>(jobs)) + " left";
    for (const Running& running : running_) text += "  " + label(plan_, plan_.runs[running.index]);
    line_.draw(text);
  }

  /// Of all runs together, when each takes as long as those that have ended.
  double seconds_left(Clock::time_point now) const {
    const double mean =
        std::accumulate(durations_.begin(), durations_.end(), 0.0) / static_cast<double>(durations_.size());
    double seconds = mean * static_cast<double>(waiting_.size() - next_);
    for (const Running& running : running_)
      seconds += std::max(0.0, mean - std::chrono::duration<double>(now - running.begin).count());
    return seconds;
  }

  const SweepPlan& plan_;
  const std::vector<Standing>& standings_;
  const SweepOptions& options_;
  StatusLine line_;
  std::string program_;
  std::vector<RunEnd> ends_;
  std::vector<std::size_t> waiting_;  ///< in the order of their starts
  std::size_t next_ = 0;              ///< in waiting_
  std::size_t finished_ = 0;          ///< done, now or before, and failed
  std::vector<Running> running_;
  std::vector<double> durations_;  ///< of those that were done, in seconds
  int told_ = 0;                   ///< signals that were passed on
  Clock::time_point drawn_{};
};

}  // namespace

fs::path said_in(const SweepRun& run) { return run.folder.string() + ".log"; }

std::string label(const SweepPlan& plan, const SweepRun& run) {
  const std::string& name = plan.settings[run.setting].name;
  return (name.empty() ? "" : name + ", ") + "seed " + std::to_string(run.seed);
}

std::vector<RunEnd> run_sweep(const SweepPlan& plan, const std::vector<Standing>& standings,
                              const SweepOptions& options, std::ostream& err) {
  return Sweep(plan, standings, options, err).run();
}

}  // namespace weft::host
