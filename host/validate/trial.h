/// Code that may crash, hang or end the process, tried in processes of their own.
#pragma once

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace weft::host {

enum class Verdict { passed, failed, skipped };

/// What came of a trial; `message` says why it failed or was skipped.
struct Outcome {
  Verdict verdict = Verdict::passed;
  std::string message;
};

/// Thrown by a trial that cannot be made here; the message says what it lacks.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// For a trial to say what it does next ("making it with gamma = 0"): the message of a crash or a hang ends so.
using Doing = std::function<void(const std::string&)>;

/// Passes by returning, fails by throwing any other exception than Skipped, or by ending its process.
using Trial = std::function<void(const Doing&)>;

/// What a process of its own may use.
struct TrialLimits {
  double seconds = 30.0;  ///< of the clock on the wall
  int at_once = 1;        ///< trials that run side by side
};

/// Runs each trial in a fork of this process and calls `report(index, outcome)` for each, in their order. A
/// trial that crashes, exits, takes longer or uses more than 4 GB fails, with what it last printed; the others
/// run all the same. Nothing that a trial does is seen by another.
void run_trials(const std::vector<Trial>& trials, const TrialLimits& limits,
                const std::function<void(std::size_t, const Outcome&)>& report);

/// fork() for a process that is killed when this one ends, however that happens: what hangs in a plugin is not left
/// behind by an interrupt. Crashes and exits are not told in it, this process tells them. Throws std::runtime_error.
pid_t fork_bound();

/// How a process ended, from the status of waitpid: "crashed with SIGSEGV (Segmentation fault)", "called exit(3)".
std::string how_it_ended(int status);

}  // namespace weft::host
