#include "host/cli/command_slurm.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/base/number.h"
#include "host/slurm/commands.h"
#include "host/slurm/status.h"
#include "host/slurm/submission.h"
#include "host/sweep/folder.h"
#include "host/sweep/runs.h"
#include "host/sweep/table.h"

namespace weft::host {
namespace {

using Kind = RunStatus::Kind;

constexpr std::size_t most_listed = 20;

std::size_t count(const std::vector<RunStatus>& statuses, Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(statuses.begin(), statuses.end(), [&](const RunStatus& status) { return status.kind == kind; }));
}

std::string counts(const std::vector<RunStatus>& statuses) {
  return run_counts({{"done", count(statuses, Kind::done)},
                     {"running", count(statuses, Kind::running)},
                     {"waiting", count(statuses, Kind::waiting)},
                     {"failed", count(statuses, Kind::failed)},
                     {"interrupted", count(statuses, Kind::interrupted)},
                     {"without a job", count(statuses, Kind::absent)}});
}

void print_failed(const SweepPlan& plan, const std::vector<RunStatus>& statuses, std::ostream& out) {
  std::size_t listed = 0;
  for (std::size_t index = 0; index < statuses.size(); ++index) {
    if (statuses[index].kind != Kind::failed) continue;
    if (++listed > most_listed) continue;
    out << fmt::format("  failed on {}: {}: {} (output: {})\n", statuses[index].node, label(plan, plan.runs[index]),
                       statuses[index].reason, output_file(plan.runs[index]).string());
  }
  if (listed > most_listed) out << fmt::format("  and {} more; failed.csv lists them all\n", listed - most_listed);
}

std::vector<RunEnd> ends_of(const std::vector<RunStatus>& statuses) {
  std::vector<RunEnd> ends;
  for (const RunStatus& status : statuses) {
    if (status.kind == Kind::done)
      ends.push_back({RunEnd::Kind::done_before, ""});
    else if (status.kind == Kind::failed)
      ends.push_back({RunEnd::Kind::failed, fmt::format("on {}: {}", status.node, status.reason)});
    else
      ends.push_back({RunEnd::Kind::not_started, ""});
  }
  return ends;
}

void cancel(const SweepPlan& plan, std::ostream& out) {
  std::set<std::string> arrays;
  for (const QueuedElement& element : queued_elements(job_name(plan.folder)))
    arrays.insert(element.job.substr(0, element.job.find('_')));
  for (const std::string& array : arrays) {
    const CommandResult answer = run_command({"scancel", array});
    out << fmt::format("canceled job {}{}{}\n", array, answer.output.empty() ? "" : ": ", answer.output);
  }
  if (arrays.empty()) out << "there is nothing to cancel\n";
}

void print_submitted(const Submitted& submitted, std::size_t wanted, std::ostream& out) {
  out << fmt::format("submitted {} in {}: {} {}\n", counted(submitted.runs, "run"),
                     counted(submitted.elements, "array element"), submitted.jobs.size() == 1 ? "job" : "jobs",
                     fmt::join(submitted.jobs, ", "));
  if (!submitted.refusal.empty())
    out << fmt::format("Slurm took no more ('{}'); rerun the command with --resubmit later for the other {}\n",
                       submitted.refusal, counted(wanted - submitted.runs, "run"));
  out << fmt::format(
      "watch them with 'squeue --job {}'; rerun the command to collect what is done, with --cancel to "
      "cancel the rest\n",
      fmt::join(submitted.jobs, ","));
}

}  // namespace

ExitCode slurm_sweep_command(const SweepOptions& options, const SlurmOptions& slurm, std::ostream& out) {
  const SweepPlan plan = plan_sweep(options);
  require_sweep_folder(plan);
  require_slurm(plan, slurm);
  const Descriptor lock = open_sweep_folder(plan);
  if (slurm.cancel) {
    cancel(plan, out);
    return ExitCode::done;
  }
  const bool first = count_submissions(plan.folder) == 0;
  const std::vector<RunStatus> found = statuses(plan);
  std::vector<std::size_t> wanted;
  for (std::size_t index = 0; index < found.size(); ++index) {
    const Kind kind = found[index].kind;
    if ((first || slurm.resubmit) && (kind == Kind::failed || kind == Kind::interrupted || kind == Kind::absent))
      wanted.push_back(index);
  }
  out << counts(found) << '\n';
  print_failed(plan, found, out);
  if (!wanted.empty()) print_submitted(submit(plan, wanted, options, slurm), wanted.size(), out);
  const std::vector<RunEnd> ends = ends_of(found);
  out << fmt::format("table: {}\n", write_table(plan, ends).string()) << headline_table(plan, ends);
  const std::size_t left = count(found, Kind::failed) + count(found, Kind::interrupted) + count(found, Kind::absent);
  if (left > 0 && wanted.empty())
    out << fmt::format("\nrerun the command with --resubmit to submit {} again\n", counted(left, "run"));
  out << std::flush;
  return count(found, Kind::failed) > 0 && wanted.empty() ? ExitCode::run_failed : ExitCode::done;
}

}  // namespace weft::host
