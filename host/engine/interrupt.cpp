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

extern "C" void weft_on_signal(int) {
  const int saved_errno = errno;
  if (signals.fetch_add(1) == 0) {
    print_to_stderr("\nweft: finishing the tick and saving; interrupt again to stop immediately\n");
  } else {
    const char* busy = busy_component();
    print_to_stderr("\nweft: stopped immediately ");
    print_to_stderr(*busy != '\0' ? "in " : "outside of any component");
    print_to_stderr(busy);
    print_to_stderr(InterruptGuard::checkpoint_note());
    _exit(static_cast<int>(ExitCode::interrupted));
  }
  errno = saved_errno;
}

extern "C" void weft_on_counted_signal(int) { signals.fetch_add(1); }

void handle_with(void (*handler)(int), struct sigaction& old_interrupt, struct sigaction& old_terminate) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_interrupt);
  sigaction(SIGTERM, &action, &old_terminate);
}

}  // namespace

void print_to_stderr(const char* text) noexcept {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

InterruptGuard::InterruptGuard(bool saved) {
  signals = 0;
  has_checkpoint = saved;
  handle_with(&weft_on_signal, old_interrupt_, old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

void InterruptGuard::checkpoint_saved() noexcept { has_checkpoint = true; }

const char* InterruptGuard::checkpoint_note() noexcept {
  return has_checkpoint ? "; the last checkpoint is unchanged\n" : "; there is no checkpoint\n";
}

bool InterruptGuard::requested() const noexcept { return signals > 0; }

SignalCount::SignalCount() {
  signals = 0;
  handle_with(&weft_on_counted_signal, old_interrupt_, old_terminate_);
}

SignalCount::~SignalCount() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

int SignalCount::value() const noexcept { return signals; }

}  // namespace weft::host
