/// The tables of a plugin, whichever minor version of the SDK it was built with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "weft/core/abi.h"

namespace weft::host {

/// Bytes of a struct of weft/core/abi.h in SDK 1.0, the least that a plugin's may have; never changed.
template <class Row>
inline constexpr uint32_t first_size = 0;
template <>
inline constexpr uint32_t first_size<weft_plugin_entry> = 56;
template <>
inline constexpr uint32_t first_size<weft_component_type> = 96;
template <>
inline constexpr uint32_t first_size<weft_parameter> = 88;
template <>
inline constexpr uint32_t first_size<weft_slot> = 48;
template <>
inline constexpr uint32_t first_size<weft_offer> = 40;
template <>
inline constexpr uint32_t first_size<weft_metric> = 40;

/// A struct as long as this host's: members that the plugin's shorter one does not have are zero.
template <class Row>
Row full_length(const Row& row) {
  Row full{};
  std::memcpy(&full, &row, std::min<std::size_t>(row.size, sizeof full));
  full.size = sizeof full;
  return full;
}

/// The same for an entry whose tables were checked, with all of its rows; lives as long as the process.
const weft_plugin_entry* full_tables(const weft_plugin_entry& entry);

}  // namespace weft::host
