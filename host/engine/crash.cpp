#include "host/engine/crash.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>

#include "host/base/diagnostic.h"
#include "host/engine/instance.h"
#include "host/engine/interrupt.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

constexpr int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
std::atomic<bool> guarded = false;
std::atomic<bool> main_returned = false;    ///< main has returned: only static objects are left
alignas(16) char handler_stack[64 * 1024];  // a crash may be an overflow of the ordinary stack

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV: invalid memory access";
    case SIGBUS:
      return "SIGBUS: access to unavailable memory";
    case SIGFPE:
      return "SIGFPE: integer division by zero";
    case SIGILL:
      return "SIGILL: an instruction that this processor does not support";
    default:
      return "SIGABRT: abort() or std::terminate() was called";
  }
}

/// Prints which component or plugin was active, and whether there is a checkpoint. Async-signal-safe.
void print_location() noexcept {
  const char* const file = plugin_being_loaded();
  if (main_returned) {
    print_to_stderr("after the end of main(), in a static object of a plugin\n");
  } else if (*file) {
    print_to_stderr("while loading ");
    print_to_stderr(file);
    print_to_stderr("; check its static objects and the describe() of its types\n");
  } else {
    const char* const busy = busy_component();
    print_to_stderr(*busy ? "in " : "outside of any component");
    print_to_stderr(busy);
    print_to_stderr(InterruptGuard::checkpoint_note());
  }
}

/// Before the system's own handler, which aborts: memory that is refused where no exception can pass is no crash.
std::terminate_handler system_terminate = nullptr;

[[noreturn]] void weft_on_terminate() {
  try {
    if (const std::exception_ptr exception = std::current_exception()) std::rethrow_exception(exception);
  } catch (const std::bad_alloc&) {
    print_to_stderr("\nweft: not enough memory ");
    print_location();
    _exit(static_cast<int>(ExitCode::run_failed));
  } catch (...) {
    system_terminate();  // reports the exception
  }
  std::abort();
}

extern "C" void weft_on_crash(int signal) {
  print_to_stderr("\nweft: crashed (");
  print_to_stderr(name_of(signal));
  print_to_stderr(") ");
  print_location();
  raise(signal);  // the default action is restored: the process dies once this returns
}

/// Outside of ticks there is nothing to finish, so one interrupt is enough.
extern "C" void weft_on_interrupt(int signal) {
  if (!*busy_component() && !*plugin_being_loaded()) {
    raise(signal);  // there is nothing to report
    return;
  }
  print_to_stderr("\nweft: stopped immediately ");
  print_location();
  _exit(static_cast<int>(ExitCode::interrupted));
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void report_exit() {
  if (!guarded) return;
  print_to_stderr("\nweft: exit() was called ");
  print_location();
  print_to_stderr("weft: a component must not end the process; throw weft::Error instead\n");
  _exit(static_cast<int>(ExitCode::run_failed));
}

}  // namespace

CrashGuard::CrashGuard() {
  guarded = std::atexit(report_exit) == 0 && std::at_quick_exit(report_exit) == 0;
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  system_terminate = std::set_terminate(&weft_on_terminate);
  for (const int signal : crashes) handle(signal, &weft_on_crash);
  for (const int signal : end_signals) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) handle(signal, &weft_on_interrupt);
  }
}

CrashGuard::~CrashGuard() {
  guarded = false;
  main_returned = true;
}

void CrashGuard::leave_to_parent() noexcept {
  guarded = false;
  std::set_terminate(system_terminate);
  for (const int signal : crashes) std::signal(signal, SIG_DFL);
  for (const int signal : end_signals) std::signal(signal, SIG_DFL);
}

}  // namespace weft::host
