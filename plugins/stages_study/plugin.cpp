// Stages that measure models and losses. They change nothing in the graph.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages_study", "1.0.0", "MIT", weft::stages::loss_agreement_type(), weft::stages::model_errors_type(),
            weft::stages::surface_type())
