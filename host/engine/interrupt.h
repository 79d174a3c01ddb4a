/// SIGINT and SIGTERM: the first asks for an orderly end, the second ends the process immediately.
#pragma once

#include <csignal>

namespace weft::host {

/// Writes to standard error. Safe in a signal handler, where streams and stdio are not.
void print_to_stderr(const char* text) noexcept;

/// While it exists, the first signal is only noted and acknowledged on standard error; the second reports the active
/// component and ends the process with exit code 130, without touching any file. One at a time.
class InterruptGuard {
 public:
  /// `saved`: there is a checkpoint already, which the report of a second signal mentions.
  explicit InterruptGuard(bool saved);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Notes that there is a checkpoint now.
  static void checkpoint_saved() noexcept;
  /// "; the last checkpoint is unchanged" or "; there is no checkpoint", for the end of a last message. Safe in a
  /// signal handler.
  static const char* checkpoint_note() noexcept;

  /// Whether a signal has arrived.
  bool requested() const noexcept;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

/// While it exists, SIGINT and SIGTERM are only counted. One at a time, and not together with an InterruptGuard.
class SignalCount {
 public:
  SignalCount();
  ~SignalCount();
  SignalCount(const SignalCount&) = delete;
  SignalCount& operator=(const SignalCount&) = delete;

  int value() const noexcept;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace weft::host
