#include "host/cli/command_sweep.h"

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

/// "16 runs: 12 done, 3 done before, 1 failed", without what is none.
std::string counts(const std::vector<RunEnd>& ends) {
  const std::vector<std::pair<RunEnd::Kind, std::string>> words = {{RunEnd::Kind::done, "done"},
                                                                   {RunEnd::Kind::done_before, "done before"},
                                                                   {RunEnd::Kind::failed, "failed"},
                                                                   {RunEnd::Kind::interrupted, "interrupted"},
                                                                   {RunEnd::Kind::not_started, "not started"}};
  std::string text;
  for (const auto& [kind, word] : words) {
    const std::size_t number = count(ends, kind);
    if (number > 0) text += (text.empty() ? "" : ", ") + std::to_string(number) + " " + word;
  }
  return std::to_string(ends.size()) + (ends.size() == 1 ? " run: " : " runs: ") + text;
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

  out << "\n" << counts(ends) << "; " << duration(seconds.count()) << "\n";
  for (std::size_t index = 0; index < ends.size(); ++index) {
    if (ends[index].kind == RunEnd::Kind::failed)
      out << "  failed: " << plan.runs[index].folder.string() << ": " << ends[index].error
          << " (all that it said: " << said_in(plan.runs[index]).string() << ")\n";
  }
  out << "table: " << write_table(plan, ends).string() << "\n" << headline_table(plan, ends);
  const std::size_t left = count(ends, RunEnd::Kind::interrupted) + count(ends, RunEnd::Kind::not_started);
  if (left > 0) out << "\ninterrupted; the same command goes on with the " << left << " that are left\n";
  out << std::flush;
  if (left > 0) return ExitCode::interrupted;
  return count(ends, RunEnd::Kind::failed) > 0 ? ExitCode::run_failed : ExitCode::done;
}

}  // namespace weft::host
