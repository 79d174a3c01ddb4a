#include "host/engine/interrupt.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "host/base/diagnostic.h"
#include "host/engine/instance.h"

namespace weft::host {
namespace {

std::atomic<int> signals = 0;
std::atomic<int> first_signal = 0;
std::atomic<bool> has_checkpoint = false;
std::atomic<int64_t> wanted_since = 0;  ///< in seconds of monotonic_seconds(): when somebody wanted an end; 0: nobody
std::chrono::seconds tick_patience{};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
                  std::atomic<int64_t>::is_always_lock_free,
              "they are used in a signal handler");

/// Safe in a signal handler, as std::chrono is not by its specification.
int64_t monotonic_seconds() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

/// Whether somebody wants the process to end now, after an earlier signal.
bool is_insistent(int signal) noexcept { return signal == SIGINT || signal == SIGTERM; }

extern "C" void weft_on_signal(int signal) {
  const int saved_errno = errno;
  if (signals.fetch_add(1) == 0) {
    if (is_insistent(signal)) wanted_since = std::max<int64_t>(monotonic_seconds(), 1);
    print_to_stderr("\nweft: finishing the tick and saving; interrupt again to stop immediately\n");
  } else if (is_insistent(signal)) {
    const char* busy = busy_component();
    print_to_stderr("\nweft: stopped immediately ");
    print_to_stderr(*busy != '\0' ? "in " : "outside of any component");
    print_to_stderr(busy);
    print_to_stderr(InterruptGuard::checkpoint_note());
    _exit(static_cast<int>(ExitCode::interrupted));
  }
  errno = saved_errno;
}

extern "C" void weft_on_counted_signal(int signal) {
  if (signals == 0) first_signal = signal;
  if (signals == 0 || is_insistent(signal)) signals.fetch_add(1);
}

}  // namespace

void print_to_stderr(const char* text) noexcept {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

HandledSignals::HandledSignals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t index = 0; index < end_signals.size(); ++index) {
    sigaction(end_signals[index], nullptr, &old_[index]);
    if (end_signals[index] == SIGHUP && old_[index].sa_handler == SIG_IGN) continue;
    sigaction(end_signals[index], &action, nullptr);
  }
}

HandledSignals::~HandledSignals() {
  for (std::size_t index = 0; index < end_signals.size(); ++index) sigaction(end_signals[index], &old_[index], nullptr);
}

InterruptGuard::InterruptGuard(bool saved, std::chrono::seconds patience) : handled_(&weft_on_signal) {
  signals = 0;
  wanted_since = 0;
  tick_patience = patience;
  has_checkpoint = saved;
}

void InterruptGuard::checkpoint_saved() noexcept { has_checkpoint = true; }

const char* InterruptGuard::checkpoint_note() noexcept {
  return has_checkpoint ? "; the last checkpoint is unchanged\n" : "; there is no checkpoint\n";
}

bool InterruptGuard::requested() const noexcept { return signals > 0; }

void InterruptGuard::throw_if_overdue() {
  const int64_t since = wanted_since;
  if (since == 0 || monotonic_seconds() - since < tick_patience.count()) return;
  throw Failure(ExitCode::interrupted,
                fmt::format("the tick was abandoned, since it was still running {} s after the interrupt",
                            tick_patience.count()));
}

SignalCount::SignalCount() : handled_(&weft_on_counted_signal) {
  signals = 0;
  first_signal = 0;
}

int SignalCount::value() const noexcept { return signals; }

int SignalCount::first() const noexcept { return first_signal; }

}  // namespace weft::host
