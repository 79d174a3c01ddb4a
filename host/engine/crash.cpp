#include "host/engine/crash.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include "host/base/diagnostic.h"
#include "host/engine/instance.h"
#include "host/engine/interrupt.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int interrupts[] = {SIGINT, SIGTERM};
std::atomic<bool> guarded = false;
std::atomic<bool> over = false;             ///< main has returned: what is left are static objects
alignas(16) char handler_stack[64 * 1024];  // a crash may be the end of the ordinary stack

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV: it used memory that is not its own";
    case SIGBUS:
      return "SIGBUS: it used memory that cannot be had";
    case SIGFPE:
      return "SIGFPE: a whole number was divided by 0";
    case SIGILL:
      return "SIGILL: an instruction that this processor does not have";
    default:
      return "SIGABRT: it called abort(), or an exception could not be thrown on";
  }
}

/// Who is to blame, and what is left. Nothing here may call what a signal handler may not.
void say_who() noexcept {
  const char* const file = plugin_being_loaded();
  if (over) {
    say("after all work was done: a static object of a plugin is at fault\n");
  } else if (*file) {
    say("while loading ");
    say(file);
    say("; look at its static objects and at the describe() of its types\n");
  } else {
    const char* const busy = busy_component();
    say(*busy ? "in " : "in no component");
    say(busy);
    say(InterruptGuard::checkpoint_words());
  }
}

extern "C" void weft_on_crash(int signal) {
  say("\nweft: crashed (");
  say(name_of(signal));
  say(") ");
  say_who();
  raise(signal);  // the action is the default's again: the process dies of it once this returns
}

/// Outside of ticks there is nothing to finish, so that one interrupt is enough.
extern "C" void weft_on_interrupt(int signal) {
  if (!*busy_component() && !*plugin_being_loaded()) {
    raise(signal);  // nobody has to be named
    return;
  }
  say("\nweft: ended at once ");
  say_who();
  _exit(static_cast<int>(ExitCode::interrupted));
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void on_exit_of_plugin() {
  if (!guarded) return;
  say("\nweft: exit() was called ");
  say_who();
  say("weft: no component may end the process; throw weft::Error instead\n");
  _exit(static_cast<int>(ExitCode::run_failed));
}

}  // namespace

CrashGuard::CrashGuard() {
  guarded = std::atexit(on_exit_of_plugin) == 0 && std::at_quick_exit(on_exit_of_plugin) == 0;
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  for (const int signal : crashes) handle(signal, &weft_on_crash);
  for (const int signal : interrupts) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) handle(signal, &weft_on_interrupt);
  }
}

CrashGuard::~CrashGuard() {
  guarded = false;
  over = true;
}

void CrashGuard::leave_to_parent() noexcept {
  guarded = false;
  for (const int signal : crashes) std::signal(signal, SIG_DFL);
  for (const int signal : interrupts) std::signal(signal, SIG_DFL);
}

}  // namespace weft::host
