#include "host/cli/command_validate.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "host/base/rows.h"
#include "host/plugin/file.h"
#include "host/validate/report.h"
#include "host/validate/type_tests.h"

namespace weft::host {
namespace fs = std::filesystem;
namespace {

/// Writes to a pipe; what nobody reads any more is dropped.
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
      report_.test("what checks or services it may have", {Verdict::skipped, other.message});
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

  /// Returns what came of the last one.
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

/// In the process that loads the plugin: everything that it says goes through the pipe, the exit code is its own.
/// The first letter tells whether the plugin was loaded ('+') or refused ('-').
[[noreturn]] void load_and_validate(const ValidateOptions& options, int pipe) {
  ExitCode code = ExitCode::run_failed;
  try {
    const ProcessState start = ProcessState::now();
    std::vector<fs::path> files{options.plugin};
    files.insert(files.end(), options.plugin_path.begin(), options.plugin_path.end());
    const fs::path checks = boost::dll::program_location().parent_path().parent_path() / WEFT_CHECK_DIR;
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

/// The process that loads the plugin: this one never does, so that nothing of a plugin can end it.
class Loader {
 public:
  explicit Loader(const ValidateOptions& options) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe: " + std::string(std::strerror(errno)));
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

  /// What it says next; empty at its end, or when it says nothing for `seconds` (0: waits for ever).
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

  /// Whether it is over; its status then.
  bool ended(int& status) {
    running_ = waitpid(pid_, &status, WNOHANG) != pid_;
    return !running_;
  }
  /// Waits for its end, after a signal where one is given.
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
    const std::string how =
        loader.ended(status) ? how_it_ended(status) : "did not end within " + std::to_string(options.time_limit) + " s";
    throw Failure(ExitCode::plugin_failed, file + ": the process that loaded it " + how +
                                               "; look at its static objects and at the describe() of its types");
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
    throw Failure(ExitCode::run_failed, file + ": between two tests, the process that held it " + how_it_ended(status) +
                                            "; a thread that it started, or a static object, is at fault");
  return code;
}

}  // namespace weft::host
