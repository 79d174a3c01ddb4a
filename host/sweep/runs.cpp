#include "host/sweep/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <numeric>
#include <set>
#include <sstream>
#include <thread>

#include "host/base/child.h"
#include "host/base/number.h"
#include "host/base/terminal.h"
#include "host/base/thread_count.h"
#include "host/engine/interrupt.h"
#include "host/run/folder.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto poll = 20ms;
constexpr auto redraw = 500ms;

std::size_t size_of(const fs::path& file) {
  std::error_code absent;
  const auto size = fs::file_size(file, absent);
  return absent ? 0 : static_cast<std::size_t>(size);
}

class Sweep {
 public:
  Sweep(const SweepPlan& plan, const std::vector<Standing>& standings, const SweepOptions& options, std::ostream& err,
        const RunWatch& watch)
      : plan_(plan),
        standings_(standings),
        options_(options),
        watch_(watch),
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
    const auto jobs = static_cast<std::size_t>(thread_count(options_.jobs));
    while (!running_.empty() || (!waiting_.empty() && signals_.value() == 0)) {
      while (running_.size() < jobs && signals_.value() == 0 && start_next())
        ;
      if (signals_.value() > signals_sent_) stop_runs(signals_.value(), signals_.first());
      std::this_thread::sleep_for(poll);
      collect_ended();
      draw(jobs);
    }
    if (signals_.value() > 0 && signals_sent_ == 0) watch_.interrupted(signals_.first());  // the last run just ended
    line_.end();
    return std::move(ends_);
  }

 private:
  struct Running {
    std::size_t index;
    Child child;
    Clock::time_point begin;
    std::size_t output_begin;  ///< bytes of its output file that earlier attempts wrote
  };

  /// The first seed of every setting runs first, so that a sweep that is stopped early compares all settings.
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
    if (standings_[index] == Standing::continues) {
      words.insert(words.end(), {"resume", run.folder.string()});
    } else {
      words.insert(words.end(), {"run", setting.graph.string(), "--out", run.folder.string(), "--replace", "--seed",
                                 fmt::to_string(run.seed)});
      for (const std::string& set : setting.sets) words.insert(words.end(), {"--set", set});
    }
    words.insert(words.end(), {"--ticks", fmt::to_string(run.ticks), "--threads", "1"});
    for (const fs::path& path : options_.plugin_path) words.insert(words.end(), {"--plugin-path", path.string()});
    return words;
  }

  /// Starts the first waiting run that no other process runs; returns whether there was one.
  bool start_next() {
    for (auto place = waiting_.begin(); place != waiting_.end(); ++place) {
      const std::size_t index = *place;
      const SweepRun& run = plan_.runs[index];
      if (RunFolder::is_in_use(run.folder)) {
        standings_[index] = Standing::waits;
        if (reported_.insert(index).second)
          line_.print(fmt::format("{} is running in another process, perhaps of an earlier sweep; waiting for its end",
                                  label(plan_, run)));
        continue;
      }
      waiting_.erase(place);
      if (standings_[index] == Standing::waits) settle(index);
      if (standings_[index] == Standing::done)
        end(index, {RunEnd::Kind::done, ""}, "another process");
      else if (ends_[index].kind != RunEnd::Kind::failed)
        start(index);
      return true;
    }
    return false;
  }

  /// The standing of a run that another process has ended.
  void settle(std::size_t index) {
    try {
      standings_[index] = standing(plan_.runs[index]);
    } catch (const std::exception& error) {
      end(index, {RunEnd::Kind::failed, error.what()}, "");
    }
  }

  void start(std::size_t index) {
    const SweepRun& run = plan_.runs[index];
    const fs::path output = output_file(run);
    try {
      fs::create_directories(run.folder.parent_path());
      if (standings_[index] == Standing::starts) fs::remove(output);
      const std::size_t output_begin = size_of(output);
      running_.push_back({index, Child(arguments(index), output), Clock::now(), output_begin});
      watch_.started(index);
    } catch (const std::exception& error) {
      end(index, {RunEnd::Kind::failed, error.what()}, "");
    }
  }

  void stop_runs(int signals, int first) {
    if (signals_sent_ == 0) watch_.interrupted(first);
    signals_sent_ = signals;
    const bool notice = first == SIGUSR1 || first == SIGUSR2 || first == SIGXCPU;
    for (const Running& running : running_) running.child.send(signals > 1 ? SIGKILL : notice ? first : SIGINT);
    if (signals > 1)
      line_.print("stopped immediately; the last checkpoints are unchanged");
    else
      line_.print(fmt::format("finishing the tick and saving {}; interrupt again to stop immediately",
                              counted(running_.size(), "run")));
  }

  void collect_ended() {
    for (auto running = running_.begin(); running != running_.end();) {
      const std::optional<int> code = running->child.ended();
      if (!code) {
        ++running;
        continue;
      }
      const std::chrono::duration<double> seconds = Clock::now() - running->begin;
      if (*code == 0) durations_.push_back(seconds.count());
      watch_.ended(running->index, *code);
      end(running->index, end_of(*running, *code), duration(seconds.count()));
      running = running_.erase(running);
    }
  }

  RunEnd end_of(const Running& running, int code) const {
    const std::string changed = code == 0 ? conflict(plan_.runs[running.index]) : "";
    if (!changed.empty())
      return {RunEnd::Kind::failed, fmt::format("the graph was changed meanwhile; the folder holds {}", changed)};
    if (code == 0) return {RunEnd::Kind::done, ""};
    if (signals_.value() > 0 && (was_stopped(code) || code == 128 + SIGKILL)) return {RunEnd::Kind::interrupted, ""};
    if (code == Child::cannot_start) return {RunEnd::Kind::failed, fmt::format("cannot start '{}'", program_)};
    if (was_stopped(code)) return {RunEnd::Kind::failed, "was interrupted"};
    if (code > 128)
      return {RunEnd::Kind::failed, fmt::format("ended by signal {} ({})", code - 128, ::strsignal(code - 128))};
    return {RunEnd::Kind::failed, last_error(output_file(plan_.runs[running.index]), running.output_begin)};
  }

  void end(std::size_t index, const RunEnd& end, const std::string& time) {
    ends_[index] = end;
    if (end.kind == RunEnd::Kind::interrupted) return;
    ++finished_;
    const std::string run = fmt::format("{}/{}  {}", finished_, plan_.runs.size(), label(plan_, plan_.runs[index]));
    if (end.kind == RunEnd::Kind::failed)
      line_.print(fmt::format("{} failed: {}", run, end.error));
    else if (!line_.terminal())
      line_.print(fmt::format("{} done in {}", run, time));
  }

  void draw(std::size_t jobs) {
    const Clock::time_point now = Clock::now();
    if (!line_.terminal() || now - drawn_ < redraw) return;
    drawn_ = now;
    std::string text = fmt::format("runs {}/{}  {} in progress", finished_, plan_.runs.size(), running_.size());
    if (signals_sent_ > 0)
      text += ", saving";
    else if (!durations_.empty())
      text += fmt::format("  {} left", duration(seconds_left(now) / static_cast<double>(jobs)));
    for (const Running& running : running_) text += "  " + label(plan_, plan_.runs[running.index]);
    line_.draw(text);
  }

  /// The total of all runs, if each takes as long as the finished ones.
  double seconds_left(Clock::time_point now) const {
    const double mean =
        std::accumulate(durations_.begin(), durations_.end(), 0.0) / static_cast<double>(durations_.size());
    double seconds = mean * static_cast<double>(waiting_.size());
    for (const Running& running : running_)
      seconds += std::max(0.0, mean - std::chrono::duration<double>(now - running.begin).count());
    return seconds;
  }

  const SweepPlan& plan_;
  std::vector<Standing> standings_;
  const SweepOptions& options_;
  const RunWatch& watch_;
  StatusLine line_;
  std::string program_;
  std::vector<RunEnd> ends_;
  std::vector<std::size_t> waiting_;  ///< in the order of their starts
  std::set<std::size_t> reported_;    ///< waiting runs that were reported to run elsewhere
  std::size_t finished_ = 0;          ///< done, now or before, and failed
  std::vector<Running> running_;
  std::vector<double> durations_;  ///< of finished runs, in seconds
  const SignalCount signals_;
  int signals_sent_ = 0;  ///< signals that were passed on
  Clock::time_point drawn_{};
};

}  // namespace

bool was_stopped(int exit_code) {
  return std::any_of(end_signals.begin(), end_signals.end(), [&](int signal) { return exit_code == 128 + signal; });
}

std::string last_error(const fs::path& output, std::size_t skip) {
  std::istringstream stream(read_whole(output).substr(skip));
  std::string error, last;
  for (std::string line; std::getline(stream, line);) {
    if (line.find("error: ") != std::string::npos) error = line;
    if (!line.empty()) last = line;
  }
  return error.empty() ? last : error;
}

fs::path output_file(const SweepRun& run) { return run.folder.string() + ".log"; }

std::string label(const SweepPlan& plan, const SweepRun& run) {
  const std::string& name = plan.settings[run.setting].name;
  return fmt::format("{}{}seed {}", name, name.empty() ? "" : ", ", run.seed);
}

std::string run_counts(const std::vector<std::pair<std::string, std::size_t>>& parts) {
  std::string text;
  std::size_t sum = 0;
  for (const auto& [word, number] : parts) {
    sum += number;
    if (number > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", number, word);
  }
  return fmt::format("{}: {}", counted(sum, "run"), text);
}

std::vector<RunEnd> run_sweep(const SweepPlan& plan, const std::vector<Standing>& standings,
                              const SweepOptions& options, std::ostream& err, const RunWatch& watch) {
  return Sweep(plan, standings, options, err, watch).run();
}

}  // namespace weft::host
