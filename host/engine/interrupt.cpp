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
              "a signal handler may use it");

extern "C" void weft_on_signal(int) {
  const int kept = errno;
  if (signals.fetch_add(1) == 0) {
    say("\nweft: finishing the tick and saving; once more to end at once\n");
  } else {
    const char* busy = busy_component();
    say("\nweft: ended at once in ");
    say(*busy != '\0' ? busy : "no component");
    say(InterruptGuard::checkpoint_words());
    _exit(static_cast<int>(ExitCode::interrupted));
  }
  errno = kept;
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

void say(const char* text) noexcept {
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

const char* InterruptGuard::checkpoint_words() noexcept {
  return has_checkpoint ? "; the last checkpoint is as it was\n" : "; nothing was saved before\n";
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
