/// Child processes.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weft::host {

/// A running program. Its standard input is empty, signals from the terminal do not reach it, and it gets SIGTERM when
/// this process dies. The destructor kills it if it still runs.
class Child {
 public:
  /// Looks up `arguments[0]` in PATH unless it contains a '/'; a program that cannot be started exits with
  /// `cannot_start`. Appends standard output and standard error to `output`. Throws Failure(run_failed) when that file
  /// cannot be written or no process can be created.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& output);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  static constexpr int cannot_start = 127;

  void send(int signal) const;
  /// The exit code, or 128 + n after signal n; nullopt while it runs.
  std::optional<int> ended();
  /// Waits for the end and returns the same code.
  int wait();

 private:
  pid_t pid_ = -1;  ///< -1: has exited
};

}  // namespace weft::host
