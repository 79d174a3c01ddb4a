/// How a component writes and reads its state: named arrays of numbers, nothing else.
///
/// The host stores all arrays of a checkpoint in one safetensors file, under the names `<component>.<name>`. Everything
/// that affects what the component does next is state: weights, optimizer moments, rows, random engines, normalizers,
/// counters. A run that continues from a checkpoint must produce the same numbers, bit for bit, as a run that never
/// stopped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weft/core/error.h"

namespace weft {

/// Element types of stored arrays; safetensors files name them F32, F64, I64, U64 and U8.
enum class Element : int32_t { f32 = 0, f64 = 1, i64 = 2, u64 = 3, u8 = 4 };

/// The size of one element in bytes.
inline std::size_t size_of(Element element) { return element == Element::f32 ? 4 : element == Element::u8 ? 1 : 8; }

/// The element type of a C++ type.
template <class T>
constexpr Element element_of();
template <>
constexpr Element element_of<float>() {
  return Element::f32;
}
template <>
constexpr Element element_of<double>() {
  return Element::f64;
}
template <>
constexpr Element element_of<int64_t>() {
  return Element::i64;
}
template <>
constexpr Element element_of<uint64_t>() {
  return Element::u64;
}
template <>
constexpr Element element_of<uint8_t>() {
  return Element::u8;
}

/// Where arrays are written to. Implemented by the host; components use a StateWriter.
class StateSink {
 public:
  /// Takes one array; `data` is row-major and read before the call returns. Throws Error if `name` was written before,
  /// or if the second pass differs from the first (see StateWriter).
  virtual void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) = 0;

 protected:
  ~StateSink() = default;
};

/// Where arrays are read from. Implemented by the host; components use a StateReader.
class StateSource {
 public:
  /// Whether there is an array of this name.
  virtual bool has(const std::string& name) const = 0;
  /// The shape of a stored array. Throws Error if there is no such array.
  virtual std::vector<int64_t> shape(const std::string& name) const = 0;
  /// Copies a stored array, row-major, to `out`. Throws Error, naming the file and the array, if there is no such array
  /// or its element type or shape differs.
  virtual void read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) = 0;

 protected:
  ~StateSource() = default;
};

/// Writes the state of one component. The host calls Component::save twice for each checkpoint, first to measure the
/// state and then to write it: both calls must write the same names, element types and shapes in the same order. Every
/// function below throws Error if a name is written twice, or if the second pass differs from the first. The data is
/// read before the call returns, so it may be a temporary.
class StateWriter {
 public:
  /// A writer that puts `prefix` before each name. The host makes it; tests may.
  StateWriter(StateSink& sink, std::string prefix) : sink_(sink), prefix_(std::move(prefix)) {}

  /// A writer for a part of the component: it puts `<name>.` before each name.
  StateWriter scope(const std::string& name) const { return {sink_, prefix_ + name + "."}; }

  /// Writes an array of this shape from row-major `data`.
  template <class T>
  void array(const std::string& name, const std::vector<int64_t>& shape, const T* data) {
    sink_.write(prefix_ + name, element_of<T>(), shape, data);
  }
  /// Writes a vector as an array of one dimension.
  template <class T>
  void array(const std::string& name, const std::vector<T>& values) {
    array(name, {static_cast<int64_t>(values.size())}, values.data());
  }
  /// Writes a single number, an array of no dimensions.
  template <class T>
  void number(const std::string& name, T value) {
    array(name, std::vector<int64_t>{}, &value);
  }

 private:
  StateSink& sink_;
  std::string prefix_;
};

/// Reads back what a StateWriter wrote. load() must read every array that save() wrote; the host reports an array that
/// was not read. Every function below except has() throws Error if the array is missing or has another element type or
/// shape.
class StateReader {
 public:
  /// A reader that puts `prefix` before each name. The host makes it; tests may.
  StateReader(StateSource& source, std::string prefix) : source_(source), prefix_(std::move(prefix)) {}

  /// A reader for a part of the component: it puts `<name>.` before each name.
  StateReader scope(const std::string& name) const { return {source_, prefix_ + name + "."}; }

  /// Whether there is an array of this name.
  bool has(const std::string& name) const { return source_.has(prefix_ + name); }
  /// The shape of a stored array, for arrays whose size is itself state.
  std::vector<int64_t> shape(const std::string& name) const { return source_.shape(prefix_ + name); }

  /// Copies an array of exactly this shape to `out`, row-major; `out` must have room for it.
  template <class T>
  void array(const std::string& name, const std::vector<int64_t>& shape, T* out) {
    source_.read(prefix_ + name, element_of<T>(), shape, out);
  }
  /// A stored array of one dimension, of any length.
  template <class T>
  std::vector<T> vector(const std::string& name) {
    const std::vector<int64_t> stored = shape(name);
    if (stored.size() != 1)
      throw Error("the array '" + prefix_ + name + "' has " + std::to_string(stored.size()) +
                  " dimensions; 1 was expected");
    std::vector<T> values(static_cast<std::size_t>(stored[0]));
    array(name, stored, values.data());
    return values;
  }
  /// A stored single number.
  template <class T>
  T number(const std::string& name) {
    T value{};
    array(name, std::vector<int64_t>{}, &value);
    return value;
  }

 private:
  StateSource& source_;
  std::string prefix_;
};

}  // namespace weft
