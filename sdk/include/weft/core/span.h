/// A pointer and a size over memory that the caller owns and that outlives the call.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

namespace weft {

template <class T>
struct Span {
  T* data = nullptr;
  std::size_t size = 0;

  Span() = default;
  Span(T* pointer, std::size_t count) : data(pointer), size(count) {}
  /// From a vector of the same element, constant or not.
  Span(std::vector<std::remove_const_t<T>>& values) : data(values.data()), size(values.size()) {}
  template <class U = T, class = std::enable_if_t<std::is_const_v<U>>>
  Span(const std::vector<std::remove_const_t<T>>& values) : data(values.data()), size(values.size()) {}
  /// Span<double> is good where Span<const double> is wanted.
  template <class U, class = std::enable_if_t<std::is_const_v<T> && std::is_same_v<U, std::remove_const_t<T>>>>
  Span(Span<U> other) : data(other.data), size(other.size) {}

  T& operator[](std::size_t index) const { return data[index]; }
  T* begin() const { return data; }
  T* end() const { return data + size; }
};

}  // namespace weft
