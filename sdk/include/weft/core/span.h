/// A view of contiguous memory.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

namespace weft {

/// A pointer and a number of elements. Owns nothing: as an argument of a call it views memory of the caller, valid
/// until the call returns.
template <class T>
struct Span {
  T* data = nullptr;
  std::size_t size = 0;  ///< number of elements

  Span() = default;
  Span(T* pointer, std::size_t count) : data(pointer), size(count) {}
  /// A view of a whole vector.
  Span(std::vector<std::remove_const_t<T>>& values) : data(values.data()), size(values.size()) {}
  template <class U = T, class = std::enable_if_t<std::is_const_v<U>>>
  Span(const std::vector<std::remove_const_t<T>>& values) : data(values.data()), size(values.size()) {}
  /// Converts Span<double> to Span<const double>.
  template <class U, class = std::enable_if_t<std::is_const_v<T> && std::is_same_v<U, std::remove_const_t<T>>>>
  Span(Span<U> other) : data(other.data), size(other.size) {}

  T& operator[](std::size_t index) const { return data[index]; }
  T* begin() const { return data; }
  T* end() const { return data + size; }
};

}  // namespace weft
