/// How a component writes and reads its state: named arrays of numbers, nothing else.
///
/// The host stores them in one safetensors file per checkpoint, as `<component>.<name>`. Everything that
/// changes what the component does next belongs there: weights, optimiser moments, rows, random streams,
/// normalisers, counters. Continuing from a checkpoint must give the same numbers, bit for bit, as never
/// having stopped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weft/core/error.h"

namespace weft {

/// Element types of stored arrays, with their safetensors names.
enum class Element : int32_t { f32 = 0, f64 = 1, i64 = 2, u64 = 3, u8 = 4 };

/// Bytes of one element.
inline std::size_t size_of(Element element) { return element == Element::f32 ? 4 : element == Element::u8 ? 1 : 8; }

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

/// Where the host takes arrays. Implemented by the host.
class StateSink {
 public:
  virtual void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) = 0;

 protected:
  ~StateSink() = default;
};

/// Where the host gives arrays back. Implemented by the host.
class StateSource {
 public:
  virtual bool has(const std::string& name) const = 0;
  /// The stored shape; throws Error when there is no such array.
  virtual std::vector<int64_t> shape(const std::string& name) const = 0;
  /// Copies the array to `out`; throws Error, naming file and array, when element type or shape differ.
  virtual void read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) = 0;

 protected:
  ~StateSource() = default;
};

/// Writes the state of one component. Component::save is called twice for each checkpoint, first to measure
/// and then to write: both calls must write the same names and shapes in the same order. The data is used
/// before the call returns; temporaries are fine.
class StateWriter {
 public:
  StateWriter(StateSink& sink, std::string prefix) : sink_(sink), prefix_(std::move(prefix)) {}

  /// A writer whose names begin with `<name>.`
  StateWriter scope(const std::string& name) const { return {sink_, prefix_ + name + "."}; }

  /// Row-major data of the given shape.
  template <class T>
  void array(const std::string& name, const std::vector<int64_t>& shape, const T* data) {
    sink_.write(prefix_ + name, element_of<T>(), shape, data);
  }
  template <class T>
  void array(const std::string& name, const std::vector<T>& values) {
    array(name, {static_cast<int64_t>(values.size())}, values.data());
  }
  template <class T>
  void number(const std::string& name, T value) {
    array(name, std::vector<int64_t>{}, &value);
  }

 private:
  StateSink& sink_;
  std::string prefix_;
};

/// Reads back what a StateWriter wrote. Every array that was written has to be read: what is left over is
/// an error, as is an array that is missing or has another shape.
class StateReader {
 public:
  StateReader(StateSource& source, std::string prefix) : source_(source), prefix_(std::move(prefix)) {}

  StateReader scope(const std::string& name) const { return {source_, prefix_ + name + "."}; }

  bool has(const std::string& name) const { return source_.has(prefix_ + name); }
  /// The stored shape, for arrays whose size is part of the state.
  std::vector<int64_t> shape(const std::string& name) const { return source_.shape(prefix_ + name); }

  /// Fills `out`, which has room for an array of exactly this shape.
  template <class T>
  void array(const std::string& name, const std::vector<int64_t>& shape, T* out) {
    source_.read(prefix_ + name, element_of<T>(), shape, out);
  }
  /// A vector of whatever length was stored.
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
