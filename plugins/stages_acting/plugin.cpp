// Stages that act in environments and keep what they observe. No Torch.
#include "weft/core/plugin.h"

#include "types.h"

WEFT_PLUGIN("stages_acting", "1.0.0", "MIT", weft::stages::collect_type(), weft::stages::drive_type(),
            weft::stages::evaluate_type(), weft::stages::replay_type())
