#include "host/slurm/element.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "host/base/checksum.h"
#include "host/slurm/commands.h"
#include "host/slurm/submission.h"
#include "host/sweep/runs.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string now() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// "17_3", which names this element to scontrol and squeue.
std::string job() {
  return fmt::format("{}_{}", environment("SLURM_ARRAY_JOB_ID"), environment("SLURM_ARRAY_TASK_ID"));
}

/// The node by the name that Slurm gives it.
std::string node() {
  const std::string name = environment("SLURMD_NODENAME");
  return name.empty() ? host_name() : name;
}

/// Results of one sweep come from one build of every plugin.
void require_same_plugins(const Submission& submission) {
  for (const auto& [file, checksum] : submission.checksums)
    if (file_checksum(file) != checksum)
      throw wrong_input(
          fmt::format("the plugin {} was rebuilt since the sweep was submitted, and its runs would not be "
                      "comparable; rerun the sweep's command with --resubmit to use the new one",
                      quoted(file)));
}

/// The plan with only the runs of the element that are left to do.
SweepPlan plan_of(const Submission& submission, std::size_t index) {
  SweepPlan plan = submission.plan;
  plan.runs.clear();
  for (const std::size_t run : submission.elements.at(index)) {
    const std::vector<Attempt> attempts = read_attempts(submission.plan.runs[run]);
    if (attempts.empty() || attempts.back().job != job() || !failed(attempts.back()))
      plan.runs.push_back(submission.plan.runs[run]);
  }
  return plan;
}

}  // namespace

ExitCode run_element(const fs::path& file, std::size_t index, std::ostream& err) {
  const Submission submission = read_submission(file);
  if (index >= submission.elements.size())
    throw wrong_input(
        fmt::format("{} has {} elements; found element {}", quoted(file), submission.elements.size(), index));
  require_same_plugins(submission);
  const SweepPlan plan = plan_of(submission, index);

  int signal = 0;
  RunWatch watch;
  watch.started = [&](std::size_t run) {
    std::vector<Attempt> attempts = read_attempts(plan.runs[run]);
    attempts.push_back({job(), node(), now(), "", {}});
    write_attempts(plan.runs[run], attempts);
  };
  watch.ended = [&](std::size_t run, int code) {
    std::vector<Attempt> attempts = read_attempts(plan.runs[run]);
    if (attempts.empty()) return;
    attempts.back().end = now();
    attempts.back().exit_code = code;
    write_attempts(plan.runs[run], attempts);
  };
  watch.interrupted = [&](int first) { signal = first; };
  SweepOptions options;
  options.plugin_path = submission.plugin_path;
  const std::string processors = environment("SLURM_CPUS_ON_NODE");
  options.jobs = std::max(std::atoi(processors.c_str()), 1);
  const std::vector<RunEnd> ends = run_sweep(plan, standings(plan), options, err, watch);

  const auto count = [&](RunEnd::Kind kind) {
    return std::count_if(ends.begin(), ends.end(), [&](const RunEnd& end) { return end.kind == kind; });
  };
  if (count(RunEnd::Kind::interrupted) + count(RunEnd::Kind::not_started) > 0) {
    // Slurm requeues what it preempts itself.
    if (signal == SIGUSR1) err << run_command({"scontrol", "requeue", job()}).output << '\n' << std::flush;
    return ExitCode::interrupted;
  }
  return count(RunEnd::Kind::failed) > 0 ? ExitCode::run_failed : ExitCode::done;
}

}  // namespace weft::host
