#include "host/cli/command_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "host/base/number.h"
#include "host/sweep/folder.h"
#include "host/sweep/runs.h"
#include "host/sweep/table.h"

namespace weft::host {
namespace {

std::size_t count(const std::vector<RunEnd>& ends, RunEnd::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(ends.begin(), ends.end(), [&](const RunEnd& end) { return end.kind == kind; }));
}

std::string counts(const std::vector<RunEnd>& ends) {
  using Kind = RunEnd::Kind;
  return run_counts({{"done", count(ends, Kind::done)},
                     {"done before", count(ends, Kind::done_before)},
                     {"failed", count(ends, Kind::failed)},
                     {"interrupted", count(ends, Kind::interrupted)},
                     {"not started", count(ends, Kind::not_started)}});
}

}  // namespace

ExitCode sweep_command(const SweepOptions& options, std::ostream& out, std::ostream& err) {
  const auto begin = std::chrono::steady_clock::now();
  const SweepPlan plan = plan_sweep(options);
  require_sweep_folder(plan);
  const Descriptor lock = open_sweep_folder(plan);
  const std::vector<Standing> standing = standings(plan);
  const std::vector<RunEnd> ends = run_sweep(plan, standing, options, err);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

  out << fmt::format("\n{}; {}\n", counts(ends), duration(seconds.count()));
  for (std::size_t index = 0; index < ends.size(); ++index) {
    if (ends[index].kind == RunEnd::Kind::failed)
      out << fmt::format("  failed: {}: {} (output: {})\n", plan.runs[index].folder.string(), ends[index].error,
                         output_file(plan.runs[index]).string());
  }
  out << fmt::format("table: {}\n", write_table(plan, ends).string()) << headline_table(plan, ends);
  const std::size_t left = count(ends, RunEnd::Kind::interrupted) + count(ends, RunEnd::Kind::not_started);
  if (left > 0)
    out << fmt::format("\ninterrupted; rerun the command to continue with the remaining {} {}\n", left,
                       left == 1 ? "run" : "runs");
  out << std::flush;
  if (left > 0) return ExitCode::interrupted;
  return count(ends, RunEnd::Kind::failed) > 0 ? ExitCode::run_failed : ExitCode::done;
}

}  // namespace weft::host
