/// HDF5 files with named arrays of numbers, at the root or one group deep.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "weft/core/state.h"

namespace weft::storage {

/// Owns an object of the HDF5 library.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
  Handle& operator=(Handle&&) = delete;

  /// Closes the object and takes another.
  void reset(hid_t id) {
    if (id_ >= 0) close_(id_);
    id_ = id;
  }
  hid_t id() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// A file to read. Arrays are named by their paths: "observations", "value_00000500/policy.weights".
class InputFile {
 public:
  /// Throws Error when the file cannot be read or is not HDF5; `expected` describes the expected file for messages.
  InputFile(const std::string& name, const std::string& expected);

  const std::string& name() const { return name_; }
  bool has(const std::string& array) const;
  /// Names at the root, in alphabetical order.
  std::vector<std::string> names() const;
  /// Throws Error when there is no such array.
  std::vector<int64_t> shape(const std::string& array) const;
  /// Reads a whole array of this shape, converting from any stored number type. Throws Error when it has another shape,
  /// cannot be read, or holds numbers that are not finite.
  void read(const std::string& array, Element element, const std::vector<int64_t>& shape, void* out) const;
  /// Reads an array of zeros and ones (numbers or booleans); throws Error when it holds anything else.
  void read_flags(const std::string& array, int64_t size, uint8_t* out) const;

 private:
  Handle open(const std::string& array) const;
  void read_raw(const std::string& array, hid_t type, const std::vector<int64_t>& shape, void* out) const;
  template <class T>
  void require_finite(const std::string& array, const std::vector<int64_t>& shape, const T* values) const;

  std::string name_, expected_;
  Handle file_;
};

/// A file to write. Until it is complete its name ends in ".unfinished", so that nobody reads an incomplete file. What
/// a killed process left under that name is replaced.
class OutputFile {
 public:
  /// Starts with a copy of the file of that name if `keep` is set and the file exists, else empty. Creates the folder
  /// if necessary. Throws Error when the file cannot be written.
  OutputFile(const std::string& name, bool keep);
  ~OutputFile();  ///< without a successful finish(): discards what was written
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void add_group(const std::string& group);
  /// Removes an array or a group.
  void remove(const std::string& name);
  void write(const std::string& array, Element element, const std::vector<int64_t>& shape, const void* data);
  /// Gives the file its name. Throws Error when that fails.
  void finish();

 private:
  [[noreturn]] void abandon(const std::string& why) const;  ///< before the file is open
  [[noreturn]] void fail() const;
  [[noreturn]] void fail(const std::string& why) const;

  std::string name_, unfinished_;
  Handle file_;
};

}  // namespace weft::storage
