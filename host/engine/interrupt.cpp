#include "host/engine/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "host/base/diagnostic.h"
#include "host/engine/instance.h"

namespace weft::host {
namespace {

std::atomic<int> signals = 0;
std::atomic<bool> has_checkpoint = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "they are used in a signal handler");

/// Whether somebody wants the process to end now, after an earlier signal.
bool is_insistent(int signal) noexcept { return signal == SIGINT || signal == SIGTERM; }

extern "C" void weft_on_signal(int signal) {
  const int saved_errno = errno;
  if (signals.fetch_add(1) == 0) {
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

InterruptGuard::InterruptGuard(bool saved) : handled_(&weft_on_signal) {
  signals = 0;
  has_checkpoint = saved;
}

void InterruptGuard::checkpoint_saved() noexcept { has_checkpoint = true; }

const char* InterruptGuard::checkpoint_note() noexcept {
  return has_checkpoint ? "; the last checkpoint is unchanged\n" : "; there is no checkpoint\n";
}

bool InterruptGuard::requested() const noexcept { return signals > 0; }

SignalCount::SignalCount() : handled_(&weft_on_counted_signal) { signals = 0; }

int SignalCount::value() const noexcept { return signals; }

}  // namespace weft::host
