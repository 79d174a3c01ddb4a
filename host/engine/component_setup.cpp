#include "host/engine/component_setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/rows.h"
#include "weft/core/error.h"

namespace weft::host {
namespace {

[[noreturn]] void undeclared(const char* key, const std::string& request) {
  throw weft::SetupError(
      key, fmt::format("the constructor asks for {}, which its type does not declare; this is a bug in the plugin",
                       request));
}

}  // namespace

void* ComponentInstance::service(const std::string& offer) const {
  const weft_offer* row = row_named(offers_of(*node.type->type), &weft_offer::name, offer);
  void* object = row && !row->stream ? row->service(component.get()) : nullptr;
  if (!object) throw weft::Error(fmt::format("{} offers no service '{}'", label, offer));
  return object;
}

template <class T>
T ComponentSetup::value(const char* key, std::initializer_list<int> kinds) const {
  const weft_parameter* row = row_named(parameters_of(*component_.node.type->type), &weft_parameter::key, key);
  if (!row || std::find(kinds.begin(), kinds.end(), row->kind) == kinds.end())
    undeclared(key, fmt::format("the parameter '{}' of another kind or name", key));
  const auto found = component_.node.parameters.find(key);
  if (found == component_.node.parameters.end()) return T{};  // optional and left out
  return std::get<T>(found->second);
}

void* ComponentSetup::find_service(const char* slot, const char* interface_id, const void** owner) {
  const weft_slot* row = row_named(slots_of(*component_.node.type->type), &weft_slot::name, slot);
  if (!row || row->stream || std::string(row->interface_id) != interface_id)
    undeclared(slot, fmt::format("a service '{}' in the slot '{}'", interface_id, slot));
  *owner = nullptr;
  const auto wire = component_.node.wires.find(slot);
  if (wire == component_.node.wires.end()) return nullptr;
  const ComponentInstance& target = find_(wire->second.component);
  *owner = static_cast<const Callee*>(&target);
  return target.service(wire->second.offer);
}

const std::vector<weft::Receiver>* ComponentSetup::find_receivers(const char* stream, const char* interface_id) {
  const weft_offer* row = row_named(offers_of(*component_.node.type->type), &weft_offer::name, stream);
  if (!row || !row->stream || std::string(row->interface_id) != interface_id)
    undeclared(stream, fmt::format("the stream '{}' of '{}'", stream, interface_id));
  return &component_.receivers[stream];
}

}  // namespace weft::host
