/// A parameter of a component type, or a key of [run] or [[schedule]], as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "weft/core/abi.h"

namespace weft::host {

/// One of the "parameters" that host/inspect/type_text.h documents; `owner` is the type that declares it. Throws
/// Failure (plugin_failed) where its default is not a value that it takes.
nlohmann::ordered_json parameter_json(const weft_parameter& row, const std::string& owner);

}  // namespace weft::host
