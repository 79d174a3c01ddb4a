/// The description of a component type as JSON.
#pragma once

#include <string>

#include "host/plugin/registry.h"

namespace weft::host {

/// One JSON object. Later versions only add keys; absent bounds and defaults are null.
///
///     {"type", "summary", "reference", "schedulable", "state_version",
///      "plugin": {"name", "version", "licence", "sdk", "file", "found_by"},
///      "parameters": [{"key", "kind", "default", "optional", "minimum", "minimum_open", "maximum",
///                      "maximum_open", "choices", "unit", "sentence"}],
///      "slots": [{"name", "interface", "stream", "optional", "sentence", "fitting"}],
///      "services": [{"name", "interface", "sentence"}], "streams": [the same],
///      "metrics": [{"name", "unit", "headline", "averaged", "sentence"}]}
///
/// "kind" is flag, integer, real, text, integers, reals, ramp, integer_ramp or path, and in [run] also paths. "fitting"
/// lists the types that offer what the slot needs.
std::string type_json(const TypeRecord& record, const Registry& registry);

}  // namespace weft::host
