/// [components] and [stages]: names, types and parameters.
#pragma once

#include <string>

#include "host/graph/draft.h"
#include "host/graph/parameter.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"

namespace weft::host {

/// "'store' (stage.store)", or the name alone while the type is not known.
std::string named(const Draft& draft);

/// Reads [components] and [stages]: names, types, parameters; wires stay as written.
Drafts draft_components(const GraphSource& source, const Registry& registry, Problems& problems);

}  // namespace weft::host
