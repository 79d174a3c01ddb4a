/// The folder of one run: what is in it, who may write there, and what is never overwritten.
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

/// How a session ended, as `status` in summary.json says it.
inline constexpr const char* status_finished = "finished";
inline constexpr const char* status_interrupted = "interrupted";
inline constexpr const char* status_failed = "failed";

/// `runs/<name>/<seed>`.
std::filesystem::path default_folder(const RunSettings& run);

/// A folder that holds a marker file of Weft's and that this process alone may write to: the marker is locked
/// for as long as this lives.
class RunFolder {
 public:
  /// Throws Failure(wrong_input) when `folder` holds anything; the message says what it holds, how to resume
  /// it and how to keep both. With `replace` it may hold a run, as long as every file in it is Weft's.
  static void require_free(const std::filesystem::path& folder, bool replace);

  /// Makes the folder for a new run, after the same check, and throws the same when it cannot be written; with
  /// `replace` the old run is deleted first.
  static RunFolder create(const std::filesystem::path& folder, bool replace);

  /// The folder of an earlier run. Throws Failure(wrong_input) when it is none, when it cannot be written,
  /// or when a run is under way in it.
  static RunFolder open(const std::filesystem::path& folder);

  const std::filesystem::path& path() const noexcept { return folder_; }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  CheckpointFolder checkpoints() const { return CheckpointFolder(folder_ / "checkpoints"); }

  /// The newest checkpoint that is whole and whose part of metrics.csv exists. Reports others to `err` and renames them
  /// out of the way. Throws Failure(wrong_input) when there is none.
  Checkpoint newest_checkpoint(std::ostream& err) const;

 private:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  Descriptor lock_;
};

/// `status` of the summary.json in `folder`; empty when there is none.
std::string stored_status(const std::filesystem::path& folder);

}  // namespace weft::host
