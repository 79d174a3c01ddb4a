/// The description of a component type, as plain text and as TOML to paste.
#pragma once

#include <string>
#include <vector>

#include "host/plugin/registry.h"

namespace weft::host {

/// "components" or "stages": the section of a graph for components of this type.
std::string section_of(const weft_component_type& type);

/// The types in `registry` that offer what the slot needs, by name.
std::vector<const weft_component_type*> fitting_types(const weft_slot& slot, const Registry& registry);

/// "stores 1.0.0 (MIT), SDK 0.9, beside the program: /usr/lib/weft/plugins/stores.so"
std::string headline(const LoadedPlugin& plugin);

/// Everything about a type; `registry` holds the types that its slots can be wired to.
std::string type_text(const TypeRecord& record, const Registry& registry);

/// A block for a graph in which every key has its default and a comment. Required values are empty strings, and
/// optional keys without a default are commented out: once the empty strings are filled in, `weft check` accepts the
/// block.
std::string type_toml(const weft_component_type& type, const Registry& registry);

}  // namespace weft::host
