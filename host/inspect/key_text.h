/// The keys of [run] or [[schedule]] as text for people, as TOML to paste, and as JSON for programs: what
/// host/inspect/type_text.h prints of a component type.
#pragma once

#include <string>

#include "host/graph/keys.h"

namespace weft::host {

std::string key_text(const KeyTable& table);

/// A block for a graph, every key with its default and a comment.
std::string key_toml(const KeyTable& table);

/// One JSON object: {"table", "summary", "keys": [as the "parameters" of a type], "rules": [sentences]}.
std::string key_json(const KeyTable& table);

}  // namespace weft::host
