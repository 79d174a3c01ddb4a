// The smallest plugin file: a shared library with only a fingerprint.
#include "weft/core/plugin.h"

__attribute__((used, section(".weft"))) static const char fingerprint[] = WEFT_FINGERPRINT;
