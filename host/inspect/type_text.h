/// What a component type tells of itself, as text for people, as TOML to paste, and as JSON for programs.
#pragma once

#include <span>
#include <string>

#include "host/plugin/registry.h"

namespace weft::host {

/// The rows of a type's tables.
std::span<const weft_parameter* const> parameters(const weft_component_type& type);
std::span<const weft_slot* const> slots(const weft_component_type& type);
std::span<const weft_offer* const> offers(const weft_component_type& type);
std::span<const weft_metric* const> metrics(const weft_component_type& type);

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

/// One JSON object, for programs. Keys are only ever added to it; absent bounds and defaults are null.
///
///     {"type", "summary", "reference", "schedulable", "state_version",
///      "plugin": {"name", "version", "licence", "sdk", "file", "found_by"},
///      "parameters": [{"key", "kind", "default", "optional", "minimum", "minimum_open", "maximum",
///                      "maximum_open", "choices", "unit", "sentence"}],
///      "slots": [{"name", "interface", "stream", "optional", "sentence", "fitting"}],
///      "services": [{"name", "interface", "sentence"}], "streams": [the same],
///      "metrics": [{"name", "unit", "headline", "averaged", "sentence"}]}
///
/// "kind" is flag, integer, real, text, integers, reals, ramp, integer_ramp or path; paths, in [run] only. "fitting"
/// lists the types that offer what the slot wants.
std::string type_json(const TypeRecord& record, const Registry& registry);

}  // namespace weft::host
