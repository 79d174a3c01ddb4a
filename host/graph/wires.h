/// Wires: what each slot is connected to, and the order in which components can be made.
#pragma once

#include <vector>

#include "host/graph/draft.h"
#include "host/graph/parameter.h"

namespace weft::host {

/// Whether what is offered can be wired into the slot.
bool fits(const weft_offer& offer, const weft_slot& slot);

/// Fills ComponentNode::wires of all drafts.
void resolve_wires(Drafts& drafts, Problems& problems);

/// The nodes in construction order: topological by wires, ties by name. Every cycle is a problem.
std::vector<ComponentNode> construction_order(const Drafts& drafts, Problems& problems);

}  // namespace weft::host
