/// The keys of [run] or [[schedule]] as plain text, as TOML to paste, and as JSON: the counterpart of
/// host/inspect/type_text.h for component types.
#pragma once

#include <string>

#include "host/graph/keys.h"

namespace weft::host {

std::string key_text(const KeyTable& table);

/// A block for a graph in which every key has its default and a comment.
std::string key_toml(const KeyTable& table);

/// One JSON object: {"table", "summary", "keys": [as the "parameters" of a type], "rules": [sentences]}.
std::string key_json(const KeyTable& table);

}  // namespace weft::host
