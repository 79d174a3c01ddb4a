/// The folder that holds the checkpoints of one run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace weft::host {

/// The checkpoints of one run: `tick_000000012000.safetensors` in a folder of their own.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The file of a tick's checkpoint, whether or not it exists.
  std::filesystem::path file(int64_t tick) const;
  /// All checkpoints, damaged ones included, newest first.
  std::vector<std::filesystem::path> files() const;
  /// Deletes all but the newest two, and the files of interrupted writes.
  void prune() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace weft::host
