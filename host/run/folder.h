/// The folder of one run: its files, its lock, and the protection of existing results.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>

#include "host/base/file.h"
#include "host/graph/graph.h"
#include "host/run/checkpoint.h"
#include "host/run/checkpoint_folder.h"

namespace weft::host {

/// How a session ended: `status` in summary.json.
inline constexpr const char* status_finished = "finished";
inline constexpr const char* status_interrupted = "interrupted";
inline constexpr const char* status_failed = "failed";

/// The graph with the files that its components write (`out`) below the folder of the run, `<folder>/files`, except for
/// those that the command line names.
Graph with_outputs_in(const Graph& graph, const std::filesystem::path& folder);

/// Throws Failure(wrong_input) when a file exists that a component would write outside of the run's folder.
void require_new_outputs(const Graph& graph);

/// `runs/<name>/<seed>`.
std::filesystem::path default_folder(const RunSettings& run);

/// A folder with Weft's marker file, or, since copies lose files that begin with a dot, with a run's other files. The
/// marker is locked for the lifetime of this object, so that only this process writes to the folder.
class RunFolder {
 public:
  /// Throws Failure(wrong_input) when `folder` is not empty; the message says what it holds, how to resume it and how
  /// to keep both. With `replace` it may hold a run if Weft wrote every file in it; without it, it may hold such a run
  /// that ended before it had a checkpoint or recorded anything.
  static void require_free(const std::filesystem::path& folder, bool replace);

  /// Makes the folder for a new run, after the same check. Throws Failure(wrong_input) also when it cannot be written.
  /// With `replace` the old run is deleted first.
  static RunFolder create(const std::filesystem::path& folder, bool replace);

  /// Opens the folder of an earlier run. Throws Failure(wrong_input) when it is not one, when it cannot be written, or
  /// when a run is in progress in it.
  static RunFolder open(const std::filesystem::path& folder);

  /// Whether another process is running in `folder` now.
  static bool is_in_use(const std::filesystem::path& folder);

  const std::filesystem::path& path() const noexcept { return folder_; }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  CheckpointFolder checkpoints() const { return CheckpointFolder(folder_ / "checkpoints"); }

  /// The newest checkpoint that is valid and whose rows of metrics.csv exist. Reports newer, unusable ones to `err` and
  /// renames them to `*.refused`. Throws Failure(wrong_input) when there is none.
  Checkpoint newest_checkpoint(std::ostream& err) const;

 private:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  Descriptor lock_;
};

/// `status` in the summary.json of `folder`; empty when there is none.
std::string stored_status(const std::filesystem::path& folder);

}  // namespace weft::host
