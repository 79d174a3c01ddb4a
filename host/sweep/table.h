/// The results of a sweep: one tidy table of all runs, and a short text.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/sweep/plan.h"
#include "host/sweep/runs.h"

namespace weft::host {

/// Writes table.csv into the sweep's folder: the name of the graph, a column for each key that varies, then
/// `seed,tick,metric,value`, with the rows of every finished run, in the order of the plan. Equal sweeps give equal
/// bytes. Beside it, failed.csv lists the runs that failed; it is absent when none did. Returns the file.
std::filesystem::path write_table(const SweepPlan& plan, const std::vector<RunEnd>& ends);

/// For each headline metric and setting the mean over seeds of the last value, with its interval or range;
/// empty when no run is finished.
std::string headline_table(const SweepPlan& plan, const std::vector<RunEnd>& ends);

}  // namespace weft::host
