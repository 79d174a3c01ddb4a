// Stages of the training loop: the model is fitted, rolled out, and the agent learns from the rows.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages_learning", "1.0.0", "MIT", weft::stages::fit_model_type(), weft::stages::imagine_type(),
            weft::stages::train_agent_type())
