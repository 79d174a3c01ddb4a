/// The files of a sweep on Slurm, in the folder `slurm` of the sweep, and beside each run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/sweep/plan.h"

namespace weft::host {

/// What one `weft sweep --on slurm` submitted: the plan as it was, and which runs each array element holds. It stays as
/// it is, since elements that wait in the queue read it when they start.
struct Submission {
  int number = 0;
  SweepPlan plan;
  std::map<std::filesystem::path, std::string> checksums;  ///< of the plugins, by their files
  std::vector<std::filesystem::path> plugin_path;          ///< --plugin-path
  std::vector<std::vector<std::size_t>> elements;          ///< indices into plan.runs
};

/// SWEEP/slurm.
std::filesystem::path slurm_folder(const std::filesystem::path& sweep);

/// SWEEP/slurm/submission_N.json.
std::filesystem::path submission_file(const std::filesystem::path& sweep, int number);

void write_submission(const Submission& submission);

/// Throws Failure(wrong_input) when the file is absent or was not written by write_submission.
Submission read_submission(const std::filesystem::path& file);

/// How many submissions a sweep has; without reading them.
int count_submissions(const std::filesystem::path& sweep);

/// All submissions of a sweep, the oldest first.
std::vector<Submission> read_submissions(const std::filesystem::path& sweep);

/// The beginning of the names of a sweep's jobs, the same from whatever folder it is named: "weft-3f2a9c01".
std::string job_name(const std::filesystem::path& sweep);

/// The name of the array that holds the elements of a submission from `offset` on: "weft-3f2a9c01-0-1000".
std::string array_name(const Submission& submission, int64_t offset);

/// One attempt at a run, as the element that made it wrote it down.
struct Attempt {
  std::string job;   ///< "17_3"
  std::string node;  ///< its host name
  std::string start;
  std::string end;               ///< empty while it runs, and after the death of its node
  std::optional<int> exit_code;  ///< with `end`
};

/// Whether it ended, and neither finished nor was stopped by a signal, so that it can continue.
bool failed(const Attempt& attempt);

/// SETTING/SEED.slurm.csv, beside the folder of the run.
std::filesystem::path attempts_file(const SweepRun& run);

/// The attempts at a run, the first one first; none when the file is absent.
std::vector<Attempt> read_attempts(const SweepRun& run);

void write_attempts(const SweepRun& run, const std::vector<Attempt>& attempts);

}  // namespace weft::host
