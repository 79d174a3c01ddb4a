/// SIGINT and SIGTERM: the first asks for an orderly end, the second ends the process at once.
#pragma once

#include <csignal>

namespace weft::host {

/// Writes to standard error; nothing else that tells may be called from a signal handler.
void say(const char* text) noexcept;

/// While it lives, a first signal is only noted, and said on standard error; a second one says which component
/// was busy and ends the process with exit code 130, without touching any file. One at a time.
class InterruptGuard {
 public:
  /// `saved`: there is a checkpoint already; a second signal tells it.
  explicit InterruptGuard(bool saved);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// From now on there is a checkpoint.
  static void checkpoint_saved() noexcept;
  /// "; the last checkpoint is as it was" or that there is none, for the end of a last message. Safe in a signal
  /// handler.
  static const char* checkpoint_words() noexcept;

  /// Whether a signal has come.
  bool requested() const noexcept;

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

/// While it lives, SIGINT and SIGTERM are counted and do nothing else. One at a time, and not beside an InterruptGuard.
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
