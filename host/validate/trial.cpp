#include "host/validate/trial.h"

#include <fcntl.h>
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

constexpr rlim_t most_memory = rlim_t{4} << 30;
constexpr std::size_t shown_output = 600;  ///< bytes of what a trial printed that are told

/// What a trial tells its parent, in memory that both see: it is there however the process ends.
struct Slate {
  static constexpr int unsaid = -1;
  std::atomic<int> verdict{unsaid};
  char message[4096] = "";
  char doing[512] = "";
};
static_assert(std::atomic<int>::is_always_lock_free, "the slate is shared between processes");

void put(char* to, std::size_t size, const std::string& text) {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

class SharedSlate {
 public:
  SharedSlate() {
    void* memory = mmap(nullptr, sizeof(Slate), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    slate_ = new (memory) Slate;
  }
  ~SharedSlate() { munmap(slate_, sizeof(Slate)); }
  SharedSlate(const SharedSlate&) = delete;
  SharedSlate& operator=(const SharedSlate&) = delete;
  Slate* operator->() const { return slate_; }

 private:
  Slate* slate_;
};

/// The child's side: never returns.
[[noreturn]] void perform(const Trial& trial, Slate& slate, int output) {
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const rlimit no_core{0, 0}, memory{most_memory, most_memory};
  setrlimit(RLIMIT_CORE, &no_core);
  // A sanitizer maps more than that for itself.
  if (std::string(WEFT_SANITIZER) == "none") setrlimit(RLIMIT_DATA, &memory);
  Verdict verdict = Verdict::passed;
  try {
    trial([&slate](const std::string& doing) { put(slate.doing, sizeof slate.doing, doing); });
  } catch (const Skipped& skipped) {
    verdict = Verdict::skipped;
    put(slate.message, sizeof slate.message, skipped.what());
  } catch (const std::exception& exception) {
    verdict = Verdict::failed;
    put(slate.message, sizeof slate.message, exception.what());
  } catch (...) {
    verdict = Verdict::failed;
    put(slate.message, sizeof slate.message, "an exception that is no std::exception");
  }
  slate.verdict = static_cast<int>(verdict);
  _exit(0);
}

/// One trial that is under way, or over and not yet reported.
class Running {
 public:
  explicit Running(const Trial& trial) : output_(memfd_create("weft-trial", MFD_CLOEXEC)), begin_(Clock::now()) {
    std::cout.flush();  // what is in a buffer would be written twice
    pid_ = fork_bound();
    if (pid_ == 0) perform(trial, *slate_.operator->(), output_);
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
      kill(-pid_, SIGKILL);  // what it has started
      outcome_ = judged(status);
    }
    if (!outcome_ && Clock::now() - begin_ > std::chrono::duration<double>(seconds)) {
      end();
      outcome_ = failed("did not end within " + std::to_string(static_cast<int64_t>(seconds)) + " s");
    }
    return outcome_;
  }

 private:
  void end() const {
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  Outcome judged(int status) const {
    const int verdict = slate_->verdict;
    if (verdict == Slate::unsaid) return failed("the process " + how_it_ended(status));
    return {static_cast<Verdict>(verdict), slate_->message};
  }

  /// Ended without a word of its own.
  Outcome failed(std::string message) const {
    if (*slate_->doing) message += std::string(" while ") + slate_->doing;
    const std::string printed = last_output();
    if (!printed.empty()) message += "; it printed: " + printed;
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

  SharedSlate slate_;
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
  if (child < 0) throw std::runtime_error("cannot start a process: " + std::string(std::strerror(errno)));
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  CrashGuard::leave_to_parent();
  return child;
}

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return "called exit(" + std::to_string(WEXITSTATUS(status)) + ")";
  const char* name = sigabbrev_np(WTERMSIG(status));
  return std::string("crashed with SIG") + (name ? name : "?") + " (" + strsignal(WTERMSIG(status)) + ")";
}

}  // namespace weft::host
