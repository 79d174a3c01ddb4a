/// Slots and parameters that actor-critic agents have in common.
#pragma once

#include "weft/core/description.h"

namespace weft::actor_critic {

/// The slot `env`, and the parameters `hidden`, `features`, `gamma` and `reward_scale`.
void describe_networks(TypeTables& type);

/// The parameters `value_heads` and `value_action` of the value function.
void describe_values(TypeTables& type);

}  // namespace weft::actor_critic
