#include "host/slurm/status.h"

#include <fmt/format.h>

#include <map>

#include "host/base/diagnostic.h"
#include "host/slurm/commands.h"
#include "host/slurm/submission.h"
#include "host/sweep/folder.h"
#include "host/sweep/runs.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// States of an element that Slurm still knows, but that is over.
bool is_over(const std::string& state) {
  for (const char* over :
       {"COMPLETED", "FAILED", "CANCEL", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE", "REVOKED"})
    if (state.starts_with(over)) return true;
  return false;
}

/// What Slurm says about the element that holds each run, by the run's folder: of the last submission that has it.
std::map<fs::path, QueuedElement> queued_runs(const SweepPlan& plan) {
  std::map<std::string, std::map<int64_t, QueuedElement>> arrays;
  for (QueuedElement& element : queued_elements(job_name(plan.folder)))
    arrays[element.array][element.task] = std::move(element);
  std::map<fs::path, QueuedElement> found;
  for (const Submission& submission : read_submissions(plan.folder)) {
    for (const auto& element : submission.elements)
      for (const std::size_t run : element) found.erase(submission.plan.runs[run].folder);
    for (const auto& [array, tasks] : arrays) {
      const std::string beginning = fmt::format("{}-{}-", job_name(plan.folder), submission.number);
      if (!array.starts_with(beginning)) continue;
      const int64_t offset = std::stoll(array.substr(beginning.size()));
      for (const auto& [task, element] : tasks) {
        if (is_over(element.state) || offset + task >= static_cast<int64_t>(submission.elements.size())) continue;
        for (const std::size_t run : submission.elements[static_cast<std::size_t>(offset + task)])
          found[submission.plan.runs[run].folder] = element;
      }
    }
  }
  return found;
}

/// The output of a run, or of nothing when it has none.
std::string reason_of(const SweepRun& run, int code) {
  std::error_code absent;
  const std::string error = fs::exists(output_file(run), absent) ? last_error(output_file(run)) : "";
  return error.empty() ? fmt::format("ended with exit code {}", code) : error;
}

RunStatus status(const SweepRun& run, Standing standing, const QueuedElement* queued) {
  using Kind = RunStatus::Kind;
  if (standing == Standing::done) return {Kind::done, "", ""};
  const std::vector<Attempt> attempts = read_attempts(run);
  const Attempt last = attempts.empty() ? Attempt() : attempts.back();
  if (failed(last) && (!queued || queued->job == last.job))
    return {Kind::failed, reason_of(run, *last.exit_code), last.node};
  if (queued)
    return {queued->state == "RUNNING" && last.job == queued->job && !last.exit_code ? Kind::running : Kind::waiting,
            "", queued->node};
  if (last.exit_code) return {Kind::interrupted, "", last.node};  // saved, or finished and now given more ticks
  if (!attempts.empty())
    return {Kind::failed,
            "its element ended without a word: the job was canceled or ran out of time, or its node failed", last.node};
  return {Kind::absent, "", ""};
}

}  // namespace

std::vector<RunStatus> statuses(const SweepPlan& plan) {
  const std::vector<Standing> standing = standings(plan);
  const std::map<fs::path, QueuedElement> queued = queued_runs(plan);
  std::vector<RunStatus> result;
  for (std::size_t index = 0; index < plan.runs.size(); ++index) {
    const auto found = queued.find(plan.runs[index].folder);
    result.push_back(status(plan.runs[index], standing[index], found == queued.end() ? nullptr : &found->second));
  }
  return result;
}

}  // namespace weft::host
