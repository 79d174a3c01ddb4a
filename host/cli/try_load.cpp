#include "host/cli/try_load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "host/base/file.h"
#include "host/plugin/entry.h"
#include "host/plugin/file.h"
#include "host/validate/trial.h"

namespace weft::host {
namespace {

/// Runs in the child: never returns. The pipe gets a letter once the file is loaded or refused.
[[noreturn]] void load_and_exit(const std::filesystem::path& file, int pipe) {
  const Descriptor nowhere("/dev/null", O_WRONLY);
  dup2(nowhere.get(), STDOUT_FILENO);
  dup2(nowhere.get(), STDERR_FILENO);
  try {
    check_fingerprint(file, read_fingerprint(file));
    load_plugin(file);
  } catch (const PluginError&) {
    // The parent reports it.
  }
  [[maybe_unused]] const ssize_t written = write(pipe, "+", 1);
  std::exit(0);  // with the destructors of the plugin's static objects
}

}  // namespace

std::string try_load(const std::filesystem::path& file, std::chrono::seconds limit) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return "";
  std::cout.flush();  // buffered output would be written twice
  const pid_t child = fork_bound();
  if (child == 0) load_and_exit(file, ends[1]);
  ::close(ends[1]);
  const auto end = std::chrono::steady_clock::now() + limit;
  int status = 0;
  bool in_time = true;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    in_time = std::chrono::steady_clock::now() < end;
    if (!in_time) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  char letter = 0;
  const bool loaded = ::read(ends[0], &letter, 1) == 1;
  ::close(ends[0]);
  const std::string when = loaded ? "when the process ended" : "while it was loaded";
  const char* const remedy = loaded ? "check the destructors of its static objects"
                                    : "check its static objects and the describe() of its types";
  if (!in_time) return fmt::format("{}: did not end within {} s {}; {}", file.string(), limit.count(), when, remedy);
  if (loaded && WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  return fmt::format("{}: {} {}; {}", file.string(), how_it_ended(status), when, remedy);
}

}  // namespace weft::host
