/// Runs code that may crash, hang or end the process in separate processes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weft::host {

enum class Verdict { passed, failed, skipped };

/// The outcome of a trial; `message` is why it failed or was skipped.
struct Outcome {
  Verdict verdict = Verdict::passed;
  std::string message;
};

/// Thrown by a trial that cannot run here; the message says what is missing.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Called by a trial with its next step ("creating it with gamma = 0"), which the message of a crash or a hang
/// includes.
using StepReporter = std::function<void(const std::string&)>;

/// Passes by returning; fails by throwing any exception other than Skipped, or by ending its process.
using Trial = std::function<void(const StepReporter&)>;

/// Limits for trials.
struct TrialLimits {
  double seconds = 30.0;  ///< wall time of one trial
  int at_once = 1;        ///< trials that run in parallel
};

/// Runs each trial in a fork of this process and calls `report(index, outcome)` for each, in their order. A trial that
/// crashes, exits, takes too long or uses more than 4 GB fails, and its message includes its last output; the others
/// still run. Trials cannot affect each other.
void run_trials(const std::vector<Trial>& trials, const TrialLimits& limits,
                const std::function<void(std::size_t, const Outcome&)>& report);

/// fork() for a process that is killed when this one ends for any reason, so that an interrupt leaves no hanging plugin
/// behind. The child does not report crashes and exits; its parent must. Throws std::runtime_error.
pid_t fork_bound();

/// How a process ended, from the status of waitpid: "crashed with SIGSEGV (Segmentation fault)", "called exit(3)".
std::string how_it_ended(int status);

}  // namespace weft::host
