// One function for each type of the SDK that crosses between a plugin and its host or another plugin. The descriptions
// of their parameters in the debug information are the SDK's binary interface; sdk-*.abi is the baseline of each
// version.
#include <string_view>

#include "weft/core/plugin.h"
#include "weft/rl/agent.h"
#include "weft/rl/environment.h"
#include "weft/rl/model.h"
#include "weft/rl/policy.h"
#include "weft/rl/transitions.h"
#include "weft/rl/value_function.h"
#include "weft/rl/value_snapshot.h"

#define PROBE __attribute__((visibility("default"), used))

// An interface and its id, which the name of the function contains. An interface that changes gets a new id and another
// function; the old one stays.
#define INTERFACE(type, id, function)                            \
  static_assert(std::string_view(type::interface_id) == id, id); \
  extern "C" PROBE void function(type&) {}

INTERFACE(weft::rl::Policy, "weft.rl.policy/1", weft_rl_policy_1)
INTERFACE(weft::rl::Agent, "weft.rl.agent/1", weft_rl_agent_1)
INTERFACE(weft::rl::Environment, "weft.rl.environment/1", weft_rl_environment_1)
INTERFACE(weft::rl::DynamicsModel, "weft.rl.dynamics_model/1", weft_rl_dynamics_model_1)
INTERFACE(weft::rl::ModelLoss, "weft.rl.model_loss/1", weft_rl_model_loss_1)
INTERFACE(weft::rl::ValueFunction, "weft.rl.value_function/1", weft_rl_value_function_1)
INTERFACE(weft::rl::ValueSnapshot, "weft.rl.value_snapshot/1", weft_rl_value_snapshot_1)
INTERFACE(weft::rl::TransitionSink, "weft.rl.transitions/1", weft_rl_transitions_1)
INTERFACE(weft::rl::Dataset, "weft.rl.dataset/1", weft_rl_dataset_1)

extern "C" {
PROBE void weft_core_entry(const weft_plugin_entry&) {}
PROBE void weft_core_component(weft::Component&) {}
PROBE void weft_core_stage(weft::Stage&) {}
PROBE void weft_core_setup(weft::Setup&) {}
PROBE void weft_core_context(weft::Context&) {}
PROBE void weft_core_state(weft::StateSink&, weft::StateSource&, weft::StateWriter&, weft::StateReader&) {}
PROBE void weft_core_receiver(weft::Receiver&, weft::Ramp&, weft::Random&) {}
PROBE void weft_core_errors(weft::Error&, weft::SetupError&) {}
}
