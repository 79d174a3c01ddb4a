/// Slurm's commands, and what they say.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weft::host {

/// What a command printed.
struct CommandResult {
  int code = 0;
  std::string output;  ///< standard output and standard error
};

/// Runs a command of Slurm and waits for it. Throws Failure(wrong_input) when there is no such command on the PATH.
CommandResult run_command(const std::vector<std::string>& words);

/// An element of an array that Slurm knows.
struct QueuedElement {
  std::string array;  ///< the array's job name
  std::string job;    ///< "17_3": the array's id and the task
  int64_t task = 0;   ///< the index in the array
  std::string state;  ///< "PENDING", "RUNNING", ...
  std::string node;   ///< empty while it waits
  std::string reason;
};

/// This user's array elements whose job name begins with `name`. Throws Failure(run_failed), with Slurm's words, when
/// it does not answer.
std::vector<QueuedElement> queued_elements(const std::string& name);

/// The number of elements that one array may have.
int64_t largest_array();

/// The hosts of the nodes: "localhost", "10.0.0.7". Empty when Slurm does not say.
std::vector<std::string> node_addresses();

}  // namespace weft::host
