/// Catch2 for tests that include Torch. Torch includes glog, which defines a macro CHECK that ends the process. This
/// header includes it before Catch2, so that CHECK is Catch2's whatever a test includes later.
#pragma once

#include <c10/util/Logging.h>

#include "weft/testing/catch.h"
