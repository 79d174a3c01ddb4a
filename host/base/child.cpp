#include "host/base/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "host/base/file.h"

namespace weft::host {
namespace {

/// Runs in the new process. Other threads of the parent may hold locks, so only system calls are safe here.
[[noreturn]] void execute(char* const* arguments, int input, int output, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGPIPE, SIG_DFL);  // ignored ones are inherited
  std::signal(SIGXFSZ, SIG_DFL);
  const bool orphan = ::getppid() != parent;
  if (!orphan && ::dup2(input, 0) >= 0 && ::dup2(output, 1) >= 0 && ::dup2(output, 2) >= 0)
    ::execvp(arguments[0], arguments);
  ::_exit(Child::cannot_start);
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const std::filesystem::path& output) {
  const Descriptor input("/dev/null", O_RDONLY);
  const Descriptor output_end = open_to_write(output, O_WRONLY | O_CREAT | O_APPEND);
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0)
    throw Failure(ExitCode::run_failed, fmt::format("cannot start '{}': {}", arguments[0], std::strerror(errno)));
  if (pid_ == 0) execute(pointers.data(), input.get(), output_end.get(), parent);
}

Child::~Child() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

void Child::send(int signal) const {
  if (pid_ >= 0) ::kill(pid_, signal);
}

std::optional<int> Child::ended() {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  return exit_code(status);
}

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return exit_code(status);
}

}  // namespace weft::host
