/// Checkpoints: the state of all components in one safetensors file
/// (https://huggingface.co/docs/safetensors: length of the header, header as JSON, bytes of the arrays).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/base/diagnostic.h"
#include "weft/core/state.h"

namespace weft::host {

/// Which code wrote the state of a component.
struct ComponentStamp {
  std::string type;
  std::string plugin;           ///< name of the plugin
  std::string plugin_version;   ///< as the plugin says
  std::string plugin_checksum;  ///< of the plugin's file: tells that it was rebuilt
  uint32_t state_version = 1;
};

/// What a checkpoint says about itself; stands in `__metadata__`. Equal runs write equal files.
struct CheckpointInfo {
  int64_t tick = 0;  ///< the last tick that was done; 0: the `at_start` firings
  uint64_t seed = 0;
  int64_t metrics_size = 0;  ///< bytes of metrics.csv that belong to it
  std::string metrics;       ///< Metrics::save
  std::map<std::string, ComponentStamp> components;
  std::map<std::string, std::string> settings;  ///< of the graph; empty: written before checkpoints had them
  std::string build;                            ///< versions of Weft, SDK and compiler
};

/// Writes `file`: a temporary file beside it, made durable, then renamed, so that `file` is whole or absent.
/// `save` is called twice, to measure and to write, and has to write the same arrays both times; where it
/// does not, Error is thrown from StateSink::write. Throws Failure(run_failed) when the disk does not take it.
void write_checkpoint(const std::filesystem::path& file, const CheckpointInfo& info,
                      const std::function<void(weft::StateSink&)>& save);

/// A checkpoint that was opened and found whole.
class Checkpoint final : public weft::StateSource {
 public:
  /// Reads the whole file once. Throws Failure(wrong_input), naming the file, when it is cut, altered, or was
  /// not written by write_checkpoint.
  explicit Checkpoint(const std::filesystem::path& file);

  const CheckpointInfo& info() const noexcept { return info_; }
  const std::filesystem::path& file() const noexcept { return file_; }

  bool has(const std::string& name) const override { return arrays_.count(name) != 0; }
  std::vector<int64_t> shape(const std::string& name) const override;
  void read(const std::string& name, weft::Element element, const std::vector<int64_t>& shape, void* out) override;

  /// Throws Failure(wrong_input), naming file and arrays, when some were not read.
  void require_all_read() const;

 private:
  struct Array {
    weft::Element element = weft::Element::f32;
    std::vector<int64_t> shape;
    int64_t begin = 0;  ///< after the header
    int64_t bytes = 0;
  };

  void read_header(int64_t file_size);
  void add_array(const std::string& name, const std::string& dtype, std::vector<int64_t> shape,
                 const std::vector<int64_t>& offsets);
  void verify_checksum();
  const Array& find(const std::string& name) const;
  [[noreturn]] void refuse(const std::string& reason) const;

  std::filesystem::path file_;
  std::ifstream stream_;
  CheckpointInfo info_;
  std::string header_;
  std::string checksum_;
  int64_t data_begin_ = 0, data_size_ = 0;
  std::map<std::string, Array> arrays_;
  std::set<std::string> read_;
};

/// CRC-32 of a whole file in eight hexadecimal digits; throws Failure(wrong_input) when it cannot be read.
std::string file_checksum(const std::filesystem::path& file);

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
