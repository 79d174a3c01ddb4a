/// Files of named arrays in the safetensors format (https://huggingface.co/docs/safetensors): the length of the header,
/// the header as JSON, the bytes of the arrays. A checksum in the metadata covers header and arrays.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "weft/core/state.h"

namespace weft::host {

/// `__metadata__` of a file.
using Metadata = std::map<std::string, std::string>;

/// Thrown when a file cannot be used; `what()` is the reason, without the name of the file.
class SafetensorsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes `file`: a temporary file beside it, synced to disk, then renamed, so that `file` is complete or absent. Equal
/// metadata and arrays give equal bytes. `save` is called twice, to measure and to write, and must write the same
/// arrays both times; otherwise StateSink::write throws Error. Throws Failure(run_failed) when the file cannot be
/// written.
void write_safetensors(const std::filesystem::path& file, Metadata metadata,
                       const std::function<void(weft::StateSink&)>& save);

/// An open file. Reading an array throws Error when it is absent or has another type or shape.
class SafetensorsFile final : public weft::StateSource {
 public:
  /// Reads the header, which must describe the file exactly. Throws SafetensorsError when it is truncated, altered, or
  /// of another format.
  explicit SafetensorsFile(const std::filesystem::path& file);

  const Metadata& metadata() const noexcept { return metadata_; }
  const std::filesystem::path& file() const noexcept { return file_; }

  /// Reads the whole file once. Throws SafetensorsError when it is not as write_safetensors wrote it.
  void verify_checksum();

  bool has(const std::string& name) const override { return arrays_.count(name) != 0; }
  std::vector<int64_t> shape(const std::string& name) const override;
  void read(const std::string& name, weft::Element element, const std::vector<int64_t>& shape, void* out) override;

  /// The arrays that were not read.
  std::vector<std::string> unread() const;

 private:
  struct Array {
    weft::Element element = weft::Element::f32;
    std::vector<int64_t> shape;
    int64_t begin = 0;  ///< offset from the end of the header
    int64_t bytes = 0;
  };

  void read_header(int64_t file_size);
  void add_array(const std::string& name, const std::string& dtype, std::vector<int64_t> shape,
                 const std::vector<int64_t>& offsets);
  const Array& find(const std::string& name) const;

  std::filesystem::path file_;
  std::ifstream stream_;
  std::string header_;
  Metadata metadata_;
  int64_t data_begin_ = 0, data_size_ = 0;
  std::map<std::string, Array> arrays_;
  std::set<std::string> read_;
};

}  // namespace weft::host
