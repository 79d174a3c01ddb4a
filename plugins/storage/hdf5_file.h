/// HDF5 files with named arrays of numbers, at the root or one group deep.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "weft/core/state.h"

namespace weft::storage {

/// An object of the HDF5 library, closed at the end of its life.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = -1; }
  Handle& operator=(Handle&&) = delete;

  /// Closes what it holds and takes another.
  void reset(hid_t id) {
    if (id_ >= 0) close_(id_);
    id_ = id;
  }
  hid_t id() const { return id_; }
  bool good() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// A file that is only read. Arrays are named by their path: "observations", "value_00000500/policy.weights".
class InputFile {
 public:
  /// Throws Error when the file cannot be read or is not HDF5; `expected` says what was looked for.
  InputFile(const std::string& name, const std::string& expected);

  const std::string& name() const { return name_; }
  bool has(const std::string& array) const;
  /// Names at the root, in alphabetical order.
  std::vector<std::string> names() const;
  /// Throws Error when there is no such array.
  std::vector<int64_t> shape(const std::string& array) const;
  /// Reads a whole array of finite numbers, of this shape, converting from whatever number type was stored. Throws
  /// Error when it has another shape or cannot be read.
  void read(const std::string& array, Element element, const std::vector<int64_t>& shape, void* out) const;
  /// Reads an array of zeros and ones (numbers or booleans); throws Error where it holds anything else.
  void read_flags(const std::string& array, int64_t size, uint8_t* out) const;

 private:
  Handle open(const std::string& array) const;
  void read_raw(const std::string& array, hid_t type, const std::vector<int64_t>& shape, void* out) const;
  template <class T>
  void require_finite(const std::string& array, const std::vector<int64_t>& shape, const T* values) const;

  std::string name_, expected_;
  Handle file_;
};

/// A file under construction: it takes its name when all of it is written, so that no reader ever sees half a file.
class OutputFile {
 public:
  /// Begins with a copy of the file of that name where `keep` is set and there is one, else empty. Makes the folder if
  /// need be. Throws Error when it cannot.
  OutputFile(const std::string& name, bool keep);
  ~OutputFile();  ///< without finish(): what was written is discarded
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void add_group(const std::string& group);
  /// Removes an array or a group.
  void remove(const std::string& name);
  void write(const std::string& array, Element element, const std::vector<int64_t>& shape, const void* data);
  /// Throws Error when the file cannot take its name.
  void finish();

 private:
  [[noreturn]] void fail() const;

  std::string name_, unfinished_;
  Handle file_;
};

}  // namespace weft::storage
