/// Runs a program as a user would, for tests of exit codes, messages and signals; and temporary folders.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace weft::testing {

/// A folder under the system's temporary folder, deleted with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    if (::getpid() != owner_) return;  // a fork of this process ends
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  pid_t owner_ = ::getpid();
};

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// A child process; its output and errors go to one file. The destructor kills it if it still runs.
class Process {
 public:
  /// `arguments[0]` is the program; `folder` its working directory, where `output.txt` is written, too.
  Process(const std::vector<std::string>& arguments, const std::filesystem::path& folder)
      : output_(folder / "output.txt") {
    std::vector<char*> pointers(arguments.size() + 1);  // the last one is null
    std::transform(arguments.begin(), arguments.end(), pointers.begin(),
                   [](const std::string& argument) { return const_cast<char*>(argument.c_str()); });
    // Truncated before the child runs: output() never shows the output of an earlier process.
    const int file = open(output_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) throw std::runtime_error("cannot write " + output_.string());
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("cannot fork");
    if (pid_ == 0) {
      if (chdir(folder.c_str()) != 0 || dup2(file, 1) < 0 || dup2(file, 2) < 0) _exit(126);
      execv(pointers[0], pointers.data());
      _exit(127);
    }
    close(file);
  }
  ~Process() {
    if (!running_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const { kill(pid_, signal); }

  /// The exit code, 128 + n after signal n; a process that takes over `seconds` is killed and throws.
  int wait(double seconds = 120.0) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > end)
        throw std::runtime_error("the process did not end in time; its output:\n" + output());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    running_ = false;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  /// The output so far.
  std::string output() const { return read_file(output_); }

 private:
  std::filesystem::path output_;
  pid_t pid_ = -1;
  bool running_ = true;
};

struct Finished {
  int code;
  std::string output;
};

/// Runs a program to which file permissions apply, even if the test runs as root.
inline Finished run_unprivileged(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  if (geteuid() == 0)
    arguments.insert(arguments.begin(),
                     {"/usr/bin/setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"});
  Process process(arguments, folder);
  const int code = process.wait();
  return {code, process.output()};
}

/// Runs `weft` with these arguments in `folder` and waits for it.
inline Finished run_weft(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  arguments.insert(arguments.begin(), WEFT_PROGRAM);
  Process process(arguments, folder);
  const int code = process.wait();
  return {code, process.output()};
}

}  // namespace weft::testing
