/// Programs that this one starts.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weft::host {

/// A program under way. It reads nothing, gets no signal of the terminal, and is told to end (SIGTERM) when this
/// process dies. Killed with the object if it still runs.
class Child {
 public:
  /// `arguments[0]` is looked for in PATH where it holds no '/'; a program that cannot be started ends with
  /// `cannot_start`. What it says goes to the end of `output`. Throws Failure(run_failed) when that cannot be
  /// written or no process can be made.
  Child(const std::vector<std::string>& arguments, const std::filesystem::path& output);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;

  static constexpr int cannot_start = 127;

  void send(int signal) const;
  /// The exit code, or 128 + n after signal n; nothing while it runs.
  std::optional<int> ended();
  /// The same, waited for.
  int wait();

 private:
  pid_t pid_ = -1;  ///< -1: has ended
};

}  // namespace weft::host
