#include "host/validate/trial.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <thread>

#include "host/base/file.h"
#include "host/engine/crash.h"
#include "weft/core/plugin.h"

namespace weft::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr rlim_t max_memory = rlim_t{4} << 30;
constexpr std::size_t shown_output = 600;  ///< bytes of a trial's output that are reported

/// The result of a trial, in memory shared with its parent, so that it survives any end of the process.
struct TrialResult {
  static constexpr int no_verdict = -1;
  std::atomic<int> verdict{no_verdict};
  char message[4096] = "";
  char step[512] = "";
};
static_assert(std::atomic<int>::is_always_lock_free, "the result is shared between processes");

void copy_text(char* to, std::size_t size, const std::string& text) {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

class SharedResult {
 public:
  SharedResult() {
    void* memory = mmap(nullptr, sizeof(TrialResult), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    result_ = new (memory) TrialResult;
  }
  ~SharedResult() { munmap(result_, sizeof(TrialResult)); }
  SharedResult(const SharedResult&) = delete;
  SharedResult& operator=(const SharedResult&) = delete;
  TrialResult* operator->() const { return result_; }

 private:
  TrialResult* result_;
};

/// Runs a trial in the child process; never returns.
[[noreturn]] void perform(const Trial& trial, TrialResult& result, int output) {
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const rlimit no_core{0, 0}, memory{max_memory, max_memory};
  setrlimit(RLIMIT_CORE, &no_core);
  // A sanitizer alone maps more than that.
  if (std::string(WEFT_SANITIZER) == "none") setrlimit(RLIMIT_DATA, &memory);
  Verdict verdict = Verdict::passed;
  try {
    trial([&result](const std::string& step) { copy_text(result.step, sizeof result.step, step); });
  } catch (const Skipped& skipped) {
    verdict = Verdict::skipped;
    copy_text(result.message, sizeof result.message, skipped.what());
  } catch (const std::exception& exception) {
    verdict = Verdict::failed;
    copy_text(result.message, sizeof result.message, exception.what());
  } catch (...) {
    verdict = Verdict::failed;
    copy_text(result.message, sizeof result.message, "an exception that is not a std::exception");
  }
  result.verdict = static_cast<int>(verdict);
  _exit(0);
}

/// A trial that is running, or finished and not yet reported.
class Running {
 public:
  explicit Running(const Trial& trial) : output_(memfd_create("weft-trial", MFD_CLOEXEC)), begin_(Clock::now()) {
    std::cout.flush();  // buffered output would be written twice
    pid_ = fork_bound();
    if (pid_ == 0) perform(trial, *result_.operator->(), output_);
    setpgid(pid_, pid_);
  }
  ~Running() {
    if (!outcome_) end();
    close(output_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// The outcome, once there is one.
  const std::optional<Outcome>& poll(double seconds) {
    int status = 0;
    if (!outcome_ && waitpid(pid_, &status, WNOHANG) == pid_) {
      kill(-pid_, SIGKILL);  // any processes that it started
      outcome_ = outcome_of(status);
    }
    if (!outcome_ && Clock::now() - begin_ > std::chrono::duration<double>(seconds)) {
      end();
      outcome_ = failed(fmt::format("did not end within {} s", static_cast<int64_t>(seconds)));
    }
    return outcome_;
  }

 private:
  void end() const {
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  Outcome outcome_of(int status) const {
    const int verdict = result_->verdict;
    if (verdict == TrialResult::no_verdict) return failed(fmt::format("the process {}", how_it_ended(status)));
    return {static_cast<Verdict>(verdict), result_->message};
  }

  /// The outcome of a trial that ended without a verdict.
  Outcome failed(std::string message) const {
    if (*result_->step) message += fmt::format(" while {}", result_->step);
    const std::string printed = last_output();
    if (!printed.empty()) message += fmt::format("; it printed: {}", printed);
    return {Verdict::failed, message};
  }

  std::string last_output() const {
    const off_t size = lseek(output_, 0, SEEK_END);
    const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(shown_output));
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, size - begin)), '\0');
    const ssize_t got = pread(output_, text.data(), text.size(), begin);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  SharedResult result_;
  int output_;
  pid_t pid_ = -1;
  Clock::time_point begin_;
  std::optional<Outcome> outcome_;
};

}  // namespace

void run_trials(const std::vector<Trial>& trials, const TrialLimits& limits,
                const std::function<void(std::size_t, const Outcome&)>& report) {
  std::vector<std::unique_ptr<Running>> running(trials.size());
  std::size_t started = 0;
  for (std::size_t reported = 0; reported < trials.size();) {
    int active = 0;
    for (std::size_t index = reported; index < started; ++index) active += running[index]->poll(limits.seconds) ? 0 : 1;
    while (started < trials.size() && active < limits.at_once) {
      running[started] = std::make_unique<Running>(trials[started]);
      ++started;
      ++active;
    }
    for (; reported < started && running[reported]->poll(limits.seconds); ++reported) {
      report(reported, *running[reported]->poll(limits.seconds));
      running[reported].reset();
    }
    if (reported < trials.size()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

pid_t fork_bound() {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  CrashGuard::leave_to_parent();
  return child;
}

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("called exit({})", WEXITSTATUS(status));
  const char* name = sigabbrev_np(WTERMSIG(status));
  return fmt::format("crashed with SIG{} ({})", name ? name : "?", strsignal(WTERMSIG(status)));
}

}  // namespace weft::host
