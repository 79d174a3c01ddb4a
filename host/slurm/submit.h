/// Submits runs of a sweep to Slurm, as arrays.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/sweep/plan.h"

namespace weft::host {

/// The options of `weft sweep --on slurm`.
struct SlurmOptions {
  std::string options;                         ///< --slurm: for sbatch, as in a shell: "--partition=p --time=2:00:00"
  std::optional<std::filesystem::path> setup;  ///< --slurm-setup: a file of shell commands that the job reads first
  std::optional<int64_t> pack;                 ///< --pack: runs per element
  bool resubmit = false;                       ///< --resubmit
  bool cancel = false;                         ///< --cancel
};

/// What Slurm took.
struct Submitted {
  std::vector<std::string> jobs;  ///< ids of arrays
  std::size_t runs = 0;           ///< in them
  std::size_t elements = 0;
  std::string refusal;  ///< Slurm's words for the rest, when it did not take all
};

/// Refuses, before anything is written, what cannot work: no Slurm, options that sbatch cannot read, a setup file that
/// is absent, a folder on this machine's own disk in a cluster with other machines.
void require_slurm(const SweepPlan& plan, const SlurmOptions& slurm);

/// Submits these runs of the plan. Throws Failure(wrong_input) with Slurm's words when it refuses the first array:
/// then nothing was submitted.
Submitted submit(const SweepPlan& plan, const std::vector<std::size_t>& runs, const SweepOptions& options,
                 const SlurmOptions& slurm);

}  // namespace weft::host
