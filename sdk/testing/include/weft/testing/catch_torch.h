/// Catch2 for tests that include Torch. Torch includes glog, which defines a CHECK that ends the process; here
/// it comes first, so that CHECK means Catch's whatever a test includes later.
#pragma once

#include <c10/util/Logging.h>

#include <catch2/catch.hpp>
