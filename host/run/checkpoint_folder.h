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

  /// Where the checkpoint of a tick is or goes.
  std::filesystem::path file(int64_t tick) const;
  /// Whole and damaged ones, newest first.
  std::vector<std::filesystem::path> files() const;
  /// Deletes all but the newest two, and what an interrupted write has left.
  void prune() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace weft::host
