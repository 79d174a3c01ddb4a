/// The description of a component type as JSON for programs.
#pragma once

#include <string>

#include "host/plugin/registry.h"

namespace weft::host {

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
