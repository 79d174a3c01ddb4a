/// What is said when a plugin takes the whole process down, or never comes back.
#pragma once

namespace weft::host {

/// From its making on, a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) is told on standard error with the component
/// that was busy, its plugin and the phase, or with the plugin that was being loaded, before the process dies of that
/// signal. While it lives, a call of exit() or quick_exit() is told and ends the process with ExitCode::run_failed; an
/// interrupt (SIGINT, SIGTERM) that comes while a component is busy outside of a run's ticks, or while a plugin is
/// being loaded, says which, and ends it with ExitCode::interrupted. No file is touched: the last checkpoint is as it
/// was. One in a process, for the length of main.
class CrashGuard {
 public:
  CrashGuard();
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

  /// For a forked process whose parent tells how it ended: nothing is told here from now on.
  static void leave_to_parent() noexcept;
};

}  // namespace weft::host
