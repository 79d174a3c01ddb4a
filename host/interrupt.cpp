#include "host/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "host/diagnostic.h"
#include "host/instance.h"

namespace weft::host {
namespace {

std::atomic<int> signals = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use it");

/// Nothing else may be called from a signal handler.
void say(const char* text) noexcept {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

extern "C" void weft_on_signal(int) {
  const int kept = errno;
  if (signals.fetch_add(1) == 0) {
    say("\nweft: finishing the tick and saving; once more to end at once\n");
  } else {
    const char* busy = busy_component();
    say("\nweft: ended at once in ");
    say(*busy != '\0' ? busy : "no component");
    say("; the last checkpoint is as it was\n");
    _exit(static_cast<int>(ExitCode::interrupted));
  }
  errno = kept;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  signals = 0;
  struct sigaction action {};
  action.sa_handler = &weft_on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

bool InterruptGuard::requested() const noexcept { return signals > 0; }

}  // namespace weft::host
