/// Signals that ask the process to end: the first asks for an orderly end, a second one may end it immediately.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>

namespace weft::host {

/// Writes to standard error. Safe in a signal handler, where streams and stdio are not.
void print_to_stderr(const char* text) noexcept;

/// From a user (SIGINT), a terminal that closes (SIGHUP), a limit (SIGXCPU), and whoever manages processes: SIGTERM,
/// and SIGUSR1 and SIGUSR2 of schedulers that give notice before they stop a job.
inline constexpr std::array<int, 6> end_signals = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};

/// Handles end_signals while it exists, but for a SIGHUP that the process was started to ignore (nohup).
class HandledSignals {
 public:
  explicit HandledSignals(void (*handler)(int));
  ~HandledSignals();
  HandledSignals(const HandledSignals&) = delete;
  HandledSignals& operator=(const HandledSignals&) = delete;

 private:
  std::array<struct sigaction, end_signals.size()> old_{};
};

/// While it exists, the first signal is only noted and acknowledged on standard error; after it, SIGINT and SIGTERM
/// report the active component and end the process with exit code 130, without touching any file, and others, which may
/// arrive several times for one reason, do nothing. One at a time.
///
/// A SIGINT or SIGTERM whose tick is still running after the guard's patience makes throw_if_overdue() throw. Other
/// signals announce an end in advance: after them a tick may take as long as it needs.
class InterruptGuard {
 public:
  static constexpr std::chrono::seconds default_patience{20};

  /// `saved`: there is a checkpoint already, which the report of a second signal mentions.
  InterruptGuard(bool saved, std::chrono::seconds patience);
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Notes that there is a checkpoint now.
  static void checkpoint_saved() noexcept;
  /// "; the last checkpoint is unchanged" or "; there is no checkpoint", for the end of a last message. Safe in a
  /// signal handler.
  static const char* checkpoint_note() noexcept;

  /// Whether a signal has arrived.
  bool requested() const noexcept;
  /// Throws Failure(interrupted) when the patience is exhausted; without a guard, does nothing. Call it on the thread
  /// that runs the tick, in which it may be anywhere.
  static void throw_if_overdue();

 private:
  HandledSignals handled_;
};

/// While it exists, signals are only counted: the first of any kind, after it SIGINT and SIGTERM. One at a time, and
/// not together with an InterruptGuard.
class SignalCount {
 public:
  SignalCount();
  SignalCount(const SignalCount&) = delete;
  SignalCount& operator=(const SignalCount&) = delete;

  int value() const noexcept;
  /// The first one; 0: none has arrived.
  int first() const noexcept;

 private:
  HandledSignals handled_;
};

}  // namespace weft::host
