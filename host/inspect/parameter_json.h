/// A parameter of a component type, or a key of [run] or [[schedule]], as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "weft/core/abi.h"

namespace weft::host {

/// An element of the "parameters" that host/inspect/type_json.h documents; `owner` is the type that declares it. Throws
/// Failure(plugin_failed) when its default is not a value that it accepts.
nlohmann::ordered_json parameter_json(const weft_parameter& row, const std::string& owner);

}  // namespace weft::host
