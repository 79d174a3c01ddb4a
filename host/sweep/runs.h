/// Runs a sweep: each run is a process of its own.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "host/sweep/folder.h"
#include "host/sweep/plan.h"

namespace weft::host {

/// How a run of a sweep ended.
struct RunEnd {
  enum class Kind { done, done_before, failed, interrupted, not_started };
  Kind kind = Kind::not_started;
  std::string error;  ///< of a failed one: one line
};

/// Called while the runs of a sweep are in progress, with the index of a run in the plan.
struct RunWatch {
  std::function<void(std::size_t run)> started = [](std::size_t) {};
  std::function<void(std::size_t run, int exit_code)> ended = [](std::size_t, int) {};
  std::function<void(int signal)> interrupted = [](int) {};  ///< by the first signal
};

/// Runs the unfinished runs of the plan, `jobs` at a time: every setting with the first seed, then with the next one.
/// The output of a run goes to `output_file`. Failed runs do not stop the others. After SIGINT or SIGTERM no run is
/// started and the running ones save and stop; after a second signal they are killed. So they do after a notice of a
/// scheduler (SIGUSR1, SIGUSR2, SIGXCPU), which is passed on as it is. Progress goes to `err`. Returns the ends in the
/// order of the plan.
std::vector<RunEnd> run_sweep(const SweepPlan& plan, const std::vector<Standing>& standings,
                              const SweepOptions& options, std::ostream& err, const RunWatch& watch = {});

/// Whether the exit code is that of a run that a signal of end_signals stopped, after saving or before its first tick.
bool was_stopped(int exit_code);

/// The last line with an error after the first `skip` bytes of a run's output; without one, its last line.
std::string last_error(const std::filesystem::path& output, std::size_t skip = 0);

/// The file with a run's output, beside its folder.
std::filesystem::path output_file(const SweepRun& run);

/// "16 runs: 12 done, 3 done before, 1 failed" for the number of each kind; kinds without runs are left out.
std::string run_counts(const std::vector<std::pair<std::string, std::size_t>>& parts);

/// "work.epochs=10, seed 3".
std::string label(const SweepPlan& plan, const SweepRun& run);

}  // namespace weft::host
