/// How far the runs of a sweep on Slurm are: from what their elements wrote down, and for what is under way from
/// squeue.
#pragma once

#include <string>
#include <vector>

#include "host/sweep/plan.h"

namespace weft::host {

struct RunStatus {
  enum class Kind {
    done,
    running,
    waiting,      ///< in Slurm's queue
    failed,       ///< its process failed, or its element ended without a word
    interrupted,  ///< it saved, or has more ticks to do now, and nothing will continue it
    absent        ///< in no array that Slurm knows
  };
  Kind kind = Kind::absent;
  std::string reason;  ///< of a failed one
  std::string node;    ///< of its last attempt
};

/// In the order of the plan. Throws Failure(wrong_input) as standings() does, and Failure(run_failed) when Slurm does
/// not say what is under way.
std::vector<RunStatus> statuses(const SweepPlan& plan);

}  // namespace weft::host
