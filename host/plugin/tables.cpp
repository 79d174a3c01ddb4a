#include "host/plugin/tables.h"

#include <deque>
#include <vector>

namespace weft::host {
namespace {

/// Never freed, where a leak checker still sees it.
template <class Row>
const Row* keep(const Row& row) {
  static auto& kept = *new std::deque<Row>;
  return &kept.emplace_back(row);
}

template <class Row>
const Row* const* keep_list(const std::vector<const Row*>& rows) {
  static auto& kept = *new std::deque<std::vector<const Row*>>;
  return kept.emplace_back(rows).data();
}

template <class Row>
const Row* const* full_rows(const Row* const* rows, uint32_t count) {
  std::vector<const Row*> full;
  for (uint32_t index = 0; index < count; ++index) full.push_back(keep(full_length(*rows[index])));
  return keep_list(full);
}

const weft_component_type* full_type(const weft_component_type& type) {
  weft_component_type full = full_length(type);
  full.parameters = full_rows(full.parameters, full.parameter_count);
  full.slots = full_rows(full.slots, full.slot_count);
  full.offers = full_rows(full.offers, full.offer_count);
  full.metrics = full_rows(full.metrics, full.metric_count);
  return keep(full);
}

}  // namespace

const weft_plugin_entry* full_tables(const weft_plugin_entry& entry) {
  weft_plugin_entry full = full_length(entry);
  std::vector<const weft_component_type*> types;
  for (uint32_t index = 0; index < full.type_count; ++index) types.push_back(full_type(*full.types[index]));
  full.types = keep_list(types);
  return keep(full);
}

}  // namespace weft::host
