// The stages of a training graph: what moves data between environment, model, loss and agent.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages", "1.0.0", "MIT", weft::stages::collect_type(), weft::stages::drive_type(),
            weft::stages::evaluate_type(), weft::stages::fit_model_type(), weft::stages::imagine_type(),
            weft::stages::loss_agreement_type(), weft::stages::model_errors_type(), weft::stages::replay_type(),
            weft::stages::surface_type(), weft::stages::train_agent_type())
