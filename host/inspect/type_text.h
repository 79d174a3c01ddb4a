/// The description of a component type, as text for people and as TOML to paste.
#pragma once

#include <string>
#include <vector>

#include "host/plugin/registry.h"

namespace weft::host {

/// "components" or "stages": the section of a graph that components of this type stand in.
std::string section_of(const weft_component_type& type);

/// The types of `registry` that offer what the slot wants, by name.
std::vector<const weft_component_type*> fitting_types(const weft_slot& slot, const Registry& registry);

/// "stores 1.0.0 (MIT), SDK 1.0, beside the program: /usr/lib/weft/plugins/stores.so"
std::string headline(const LoadedPlugin& plugin);

/// Everything about a type, for people; `registry` tells what fits its slots.
std::string type_text(const TypeRecord& record, const Registry& registry);

/// A block for a graph, every key with its default and a comment. What has to be filled in is an empty text,
/// what may be left out is commented out: with the empty texts filled in, `weft check` accepts it.
std::string type_toml(const weft_component_type& type, const Registry& registry);

}  // namespace weft::host
