/// What is said when a plugin takes the whole process down.
#pragma once

#include <csignal>

namespace weft::host {

/// While it lives, a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) is told on standard error with the component that
/// was busy, its plugin and the phase, before the process dies of that signal; a call of exit() is told and ends it
/// with ExitCode::run_failed. No file is touched: the last checkpoint is as it was. One at a time.
class CrashGuard {
 public:
  CrashGuard();
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

 private:
  static constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  struct sigaction old_actions_[sizeof signals / sizeof signals[0]]{};
  stack_t old_stack_{};
};

}  // namespace weft::host
