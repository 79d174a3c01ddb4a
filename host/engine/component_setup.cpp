#include "host/engine/component_setup.h"

#include <algorithm>

#include "host/base/rows.h"
#include "weft/core/error.h"

namespace weft::host {
namespace {

[[noreturn]] void plugin_mistake(const char* key, const std::string& sentence) {
  throw weft::SetupError(key, sentence + ", which its type does not declare; this is a mistake in the plugin");
}

}  // namespace

void* Made::service(const std::string& offer) const {
  const weft_offer* row = row_named(offers_of(*node.type->type), &weft_offer::name, offer);
  void* object = row && !row->stream ? row->service(component.get()) : nullptr;
  if (!object) throw weft::Error("no service '" + offer + "' is to be had from " + label);
  return object;
}

template <class T>
T ComponentSetup::value(const char* key, std::initializer_list<int> kinds) const {
  const weft_parameter* row = row_named(parameters_of(*made_.node.type->type), &weft_parameter::key, key);
  if (!row || std::find(kinds.begin(), kinds.end(), row->kind) == kinds.end())
    plugin_mistake(key, "the constructor asks for the parameter '" + std::string(key) + "' of another kind or name");
  const auto found = made_.node.parameters.find(key);
  if (found == made_.node.parameters.end()) return T{};  // optional, and left out
  return std::get<T>(found->second);
}

void* ComponentSetup::find_service(const char* slot, const char* interface_id, const void** owner) {
  const weft_slot* row = row_named(slots_of(*made_.node.type->type), &weft_slot::name, slot);
  if (!row || row->stream || std::string(row->interface_id) != interface_id)
    plugin_mistake(slot,
                   "the constructor asks for a service '" + std::string(interface_id) + "' in the slot '" + slot + "'");
  *owner = nullptr;
  const auto wire = made_.node.wires.find(slot);
  if (wire == made_.node.wires.end()) return nullptr;
  const Made& target = find_(wire->second.component);
  *owner = static_cast<const Callee*>(&target);
  return target.service(wire->second.offer);
}

const std::vector<weft::Receiver>* ComponentSetup::find_receivers(const char* stream, const char* interface_id) {
  const weft_offer* row = row_named(offers_of(*made_.node.type->type), &weft_offer::name, stream);
  if (!row || !row->stream || std::string(row->interface_id) != interface_id)
    plugin_mistake(stream,
                   "the constructor asks for the stream '" + std::string(stream) + "' of '" + interface_id + "'");
  return &made_.receivers[stream];
}

}  // namespace weft::host
