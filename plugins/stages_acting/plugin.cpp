// Stages that act in environments, and the replay that keeps their transitions. Built without LibTorch.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages_acting", "1.0.0", "MIT", weft::stages::collect_type(), weft::stages::drive_type(),
            weft::stages::evaluate_type(), weft::stages::replay_type())
