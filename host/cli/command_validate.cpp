#include "host/cli/command_validate.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <thread>

#include "host/base/program.h"
#include "host/base/rows.h"
#include "host/plugin/file.h"
#include "host/validate/report.h"
#include "host/validate/type_tests.h"

namespace weft::host {
namespace fs = std::filesystem;
namespace {

/// Writes to a pipe; ignores that its reader is gone.
void send(int pipe, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t written = ::write(pipe, text.data() + sent, text.size() - sent);
    if (written < 0 && errno != EINTR) return;
    sent += static_cast<std::size_t>(std::max<ssize_t>(0, written));
  }
}

/// The tests of one plugin. Lives in the process that loaded it, which prints into a pipe.
class Validation {
 public:
  Validation(const ValidateOptions& options, const Registry& registry, const ProcessState& start, int pipe)
      : limits_{static_cast<double>(options.time_limit),
                std::max(1, static_cast<int>(std::thread::hardware_concurrency()))},
        bench_(registry, options.sets),
        start_(start),
        registry_(registry),
        report_(options.json, [pipe](const std::string& text) { send(pipe, text); }) {}

  ExitCode run() {
    const LoadedPlugin& plugin = registry_.plugins().front();
    report_.plugin(plugin);
    report_.test("loaded: fingerprint, entry and tables", {});
    for (const UnloadablePlugin& other : registry_.unloadable())
      report_.test("checks and services of other plugins", {Verdict::skipped, other.message});
    for (const weft_component_type& type : types_of(*plugin.entry)) validate(type);
    report_.end();
    return report_.failed() == 0 ? ExitCode::done : ExitCode::run_failed;
  }

 private:
  void validate(const weft_component_type& type) {
    report_.type(type.name);
    if (run(first_tests(bench_, type)) != Verdict::passed)
      return report_.test("all other tests", {Verdict::skipped, "it cannot be made"});
    if (run({use_test(bench_, type)}) == Verdict::passed)
      run(further_tests(bench_, type, start_));
    else
      report_.test("all other tests but checks", {Verdict::skipped, "it cannot be used"});
    run(check_tests(bench_, type));
  }

  /// Returns the verdict of the last one.
  Verdict run(const std::vector<TypeTest>& tests) {
    std::vector<Trial> trials;
    trials.reserve(tests.size());
    for (const TypeTest& test : tests) trials.push_back(test.trial);
    Verdict last = Verdict::passed;
    run_trials(trials, limits_, [&](std::size_t index, const Outcome& outcome) {
      report_.test(tests[index].name, outcome);
      last = outcome.verdict;
    });
    return last;
  }

  TrialLimits limits_;
  TrialBench bench_;
  ProcessState start_;
  const Registry& registry_;
  ValidationReport report_;
};

/// Runs in the process that loads the plugin: prints into the pipe, and ends the process with the exit code. The first
/// letter is '+' when the plugin was loaded, '-' when it was refused.
[[noreturn]] void load_and_validate(const ValidateOptions& options, int pipe) {
  ExitCode code = ExitCode::run_failed;
  try {
    disable_thread_pools();
    const ProcessState start = ProcessState::now();
    std::vector<fs::path> files{options.plugin};
    files.insert(files.end(), options.plugin_path.begin(), options.plugin_path.end());
    const fs::path checks = install_prefix() / WEFT_CHECK_DIR;
    if (std::error_code error; fs::is_directory(checks, error)) files.push_back(checks);
    const Registry registry({{}, files});
    Validation validation(options, registry, start, pipe);
    send(pipe, "+");
    code = validation.run();
  } catch (const Failure& failure) {
    send(pipe, std::string("-") + failure.what());
    code = failure.code();
  } catch (const std::exception& exception) {
    send(pipe, std::string("-error: ") + exception.what());
  }
  _exit(static_cast<int>(code));
}

/// The process that loads the plugin: this one never does, so that no plugin can end it.
class Loader {
 public:
  explicit Loader(const ValidateOptions& options) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    pid_ = fork_bound();
    if (pid_ == 0) {
      close(ends[0]);
      load_and_validate(options, ends[1]);
    }
    close(ends[1]);
    pipe_ = ends[0];
  }
  ~Loader() {
    close(pipe_);
    if (running_) finish(SIGKILL);
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Its next output; empty at its end, or after `seconds` without output (0: waits forever).
  std::string read(double seconds = 0) const {
    pollfd watched{pipe_, POLLIN, 0};
    const int timeout = seconds > 0 ? static_cast<int>(seconds * 1000) : -1;
    while (poll(&watched, 1, timeout) < 0 && errno == EINTR) {
    }
    if (watched.revents == 0) return "";
    char buffer[4096];
    const ssize_t got = ::read(pipe_, buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(0, got))};
  }

  /// Whether it has ended; then sets `status`.
  bool ended(int& status) {
    running_ = waitpid(pid_, &status, WNOHANG) != pid_;
    return !running_;
  }
  /// Sends a signal, if any, and waits for its end; returns its status.
  int finish(int signal = 0) {
    if (signal != 0) kill(pid_, signal);
    int status = 0;
    waitpid(pid_, &status, 0);
    running_ = false;
    return status;
  }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
  bool running_ = true;
};

}  // namespace

ExitCode validate_command(const ValidateOptions& options, std::ostream& out) {
  try {
    check_fingerprint(options.plugin, read_fingerprint(options.plugin));
  } catch (const PluginError& error) {
    throw Failure(ExitCode::plugin_failed, error.what());
  }
  out.flush();
  Loader loader(options);
  const std::string file = options.plugin.string();
  std::string text = loader.read(options.time_limit);
  if (text.empty()) {
    int status = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // between the end of its pipe and its own
    const std::string end =
        loader.ended(status) ? how_it_ended(status) : fmt::format("did not end within {} s", options.time_limit);
    throw Failure(
        ExitCode::plugin_failed,
        fmt::format("{}: the process that loaded it {}; check its static objects and the describe() of its types", file,
                    end));
  }
  const bool loaded = text[0] == '+';
  text.erase(0, 1);
  std::string refusal;
  do {
    if (loaded)
      out << text << std::flush;
    else
      refusal += text;
    text = loader.read();
  } while (!text.empty());
  const int status = loader.finish();
  const auto code = static_cast<ExitCode>(WEXITSTATUS(status));
  if (!loaded) throw Failure(code, refusal.substr(std::min(refusal.size(), std::string("error: ").size())));
  const bool known = code == ExitCode::done || code == ExitCode::run_failed;
  if (WIFSIGNALED(status) || !known)
    throw Failure(
        ExitCode::run_failed,
        fmt::format("{}: between two tests, the process that had loaded it {}; check the threads that it starts "
                    "and its static objects",
                    file, how_it_ended(status)));
  return code;
}

}  // namespace weft::host
