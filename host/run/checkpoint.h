/// Checkpoints: the state of all components and a description of the run, in one safetensors file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "host/run/safetensors.h"

namespace weft::host {

/// The code that wrote the state of a component.
struct ComponentStamp {
  std::string type;
  std::string plugin;           ///< name of the plugin
  std::string plugin_version;   ///< as reported by the plugin
  std::string plugin_checksum;  ///< of the plugin's file: shows whether it was rebuilt
  uint32_t state_version = 1;
};

/// The metadata of a checkpoint. Equal runs write equal files.
struct CheckpointInfo {
  int64_t tick = 0;  ///< the last finished tick; 0: the `at_start` firings
  uint64_t seed = 0;
  int64_t metrics_size = 0;  ///< bytes of metrics.csv that precede it
  std::string metrics;       ///< Metrics::save
  std::map<std::string, ComponentStamp> components;
  std::map<std::string, std::string> settings;  ///< of the graph; empty in checkpoints of earlier versions
  /// The checksums of the files that components read, by the keys that name them; see input_checksums().
  std::map<std::string, std::string> inputs;
  std::map<std::string, std::string> libraries;  ///< library_versions(); empty in checkpoints of earlier versions
  std::string build;                             ///< versions of Weft, SDK and compiler
};

/// Writes `file` as write_safetensors does: whole or not at all.
void write_checkpoint(const std::filesystem::path& file, const CheckpointInfo& info,
                      const std::function<void(weft::StateSink&)>& save);

/// A checkpoint that was opened and verified.
class Checkpoint {
 public:
  /// Reads the whole file once. Throws Failure(wrong_input), naming the file, when it is truncated, altered, or
  /// was not written by write_checkpoint.
  explicit Checkpoint(const std::filesystem::path& file);

  const CheckpointInfo& info() const noexcept { return info_; }
  const std::filesystem::path& file() const noexcept { return arrays_.file(); }
  weft::StateSource& arrays() noexcept { return arrays_; }

  /// Throws Failure(wrong_input), naming file and arrays, when some were not read.
  void require_all_read() const;

 private:
  SafetensorsFile arrays_;
  CheckpointInfo info_;
};

}  // namespace weft::host
