/// Range loops over the tables of weft/core/abi.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "weft/core/abi.h"

namespace weft::host {

/// The rows of a table, for a range loop: `for (const weft_slot& slot : slots_of(type))`.
template <class Row>
class Rows {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = const Row*;
    using reference = const Row&;

    explicit Iterator(const Row* const* at = nullptr) : at_(at) {}
    const Row& operator*() const { return **at_; }
    const Row* operator->() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Row* const* at_;
  };

  Rows(const Row* const* rows, uint32_t count) : begin_(rows), end_(rows + count) {}
  Iterator begin() const { return Iterator(begin_); }
  Iterator end() const { return Iterator(end_); }

 private:
  const Row* const* begin_;
  const Row* const* end_;
};

inline Rows<weft_component_type> types_of(const weft_plugin_entry& entry) { return {entry.types, entry.type_count}; }
inline Rows<weft_parameter> parameters_of(const weft_component_type& type) {
  return {type.parameters, type.parameter_count};
}
inline Rows<weft_slot> slots_of(const weft_component_type& type) { return {type.slots, type.slot_count}; }
inline Rows<weft_offer> offers_of(const weft_component_type& type) { return {type.offers, type.offer_count}; }
inline Rows<weft_metric> metrics_of(const weft_component_type& type) { return {type.metrics, type.metric_count}; }

/// Whether a parameter names a file that its component writes: a path that is called `out`.
inline bool is_output(const weft_parameter& row) { return row.kind == WEFT_PATH && std::string_view(row.key) == "out"; }

/// The row with this name (`&weft_slot::name`), or null.
template <class Row>
const Row* row_named(const Rows<Row>& rows, const char* Row::*name, std::string_view wanted) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.*name == wanted; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace weft::host
