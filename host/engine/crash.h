/// Reports when a plugin crashes or ends the whole process, or never returns.
#pragma once

namespace weft::host {

/// From its construction on, a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) is reported on standard error with the
/// active component, its plugin and the phase, or with the plugin that was being loaded, before the process dies of
/// that signal; memory that is refused where no exception can pass ends it with ExitCode::run_failed instead. While it
/// exists, a call of exit() or quick_exit() is reported and ends the process with
/// ExitCode::run_failed; an interrupt (end_signals) that arrives while a component is active outside of a run's
/// ticks, or while a plugin is being loaded, is reported with its name and ends the process with ExitCode::interrupted.
/// No file is touched, so the last checkpoint is unchanged. One per process, for the duration of main.
class CrashGuard {
 public:
  CrashGuard();
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

  /// For a forked process whose parent reports how it ended: this process reports nothing from now on.
  static void leave_to_parent() noexcept;
};

}  // namespace weft::host
