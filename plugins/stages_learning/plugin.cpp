// Stages of the training loop: fit the model, roll it out, and train the agent.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages_learning", "1.0.0", "MIT", weft::stages::fit_model_type(), weft::stages::imagine_type(),
            weft::stages::train_agent_type())
