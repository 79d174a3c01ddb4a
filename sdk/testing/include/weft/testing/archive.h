/// State in memory, for tests of save() and load(). Needs no Torch.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "weft/core/state.h"

namespace weft::testing {

/// Stores what a StateWriter writes and returns it to a StateReader. Unlike the host, it accepts a name twice: the
/// later array replaces the earlier one.
struct Archive final : StateSink, StateSource {
  /// One array.
  struct Entry {
    Element element;
    std::vector<int64_t> shape;
    std::vector<unsigned char> bytes;  ///< row-major elements
    /// Whether element type, shape and every bit are equal.
    bool operator==(const Entry& other) const {
      return element == other.element && shape == other.shape && bytes == other.bytes;
    }
  };
  /// The size of such an array in bytes.
  static std::size_t bytes(Element element, const std::vector<int64_t>& shape) {
    std::size_t count = size_of(element);
    for (const int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return count;
  }
  void write(const std::string& name, Element element, const std::vector<int64_t>& shape, const void* data) override {
    const auto* first = static_cast<const unsigned char*>(data);
    entries[name] = {element, shape, std::vector<unsigned char>(first, first + bytes(element, shape))};
  }
  bool has(const std::string& name) const override { return entries.count(name) != 0; }
  std::vector<int64_t> shape(const std::string& name) const override { return at(name).shape; }
  void read(const std::string& name, Element element, const std::vector<int64_t>& shape, void* out) override {
    const Entry& entry = at(name);
    if (entry.element != element || entry.shape != shape)
      throw Error("the array '" + name + "' has another element type or shape than load() expects");
    std::copy(entry.bytes.begin(), entry.bytes.end(), static_cast<unsigned char*>(out));
    read_names.insert(name);
  }
  /// The array of this name. Throws Error if there is none.
  const Entry& at(const std::string& name) const {
    const auto found = entries.find(name);
    if (found == entries.end()) throw Error("there is no array '" + name + "'");
    return found->second;
  }

  /// The name of an array that only one of the two archives contains, or that differs in element type, shape or any
  /// bit; empty if the archives are equal.
  std::string difference(const Archive& other) const {
    for (const auto& [name, entry] : entries)
      if (!other.has(name) || !(other.at(name) == entry)) return name;
    for (const auto& [name, entry] : other.entries)
      if (!has(name)) return name;
    return "";
  }

  std::map<std::string, Entry> entries;  ///< by name
  std::set<std::string> read_names;      ///< the names of the arrays that were read so far
};

}  // namespace weft::testing
