#include "host/crash.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "host/diagnostic.h"
#include "host/instance.h"
#include "host/interrupt.h"
#include "host/plugin_entry.h"

namespace weft::host {
namespace {

std::atomic<bool> guarded = false;
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
  const char* const busy = busy_component();
  const char* const file = plugin_being_loaded();
  say(*busy ? "in " : *file ? "while loading " : "in no component");
  say(*busy ? busy : file);
  say(InterruptGuard::checkpoint_words());
}

extern "C" void weft_on_crash(int signal) {
  say("\nweft: crashed (");
  say(name_of(signal));
  say(") ");
  say_who();
  raise(signal);  // the action is the default's again: the process dies of it once this returns
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
  static const int registered = std::atexit(on_exit_of_plugin);
  guarded = registered == 0;
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, &old_stack_);
  struct sigaction action {};
  action.sa_handler = &weft_on_crash;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  struct sigaction* old = old_actions_;
  for (const int signal : signals) sigaction(signal, &action, old++);
}

CrashGuard::~CrashGuard() {
  guarded = false;
  const struct sigaction* old = old_actions_;
  for (const int signal : signals) sigaction(signal, old++, nullptr);
  sigaltstack(&old_stack_, nullptr);
}

}  // namespace weft::host
