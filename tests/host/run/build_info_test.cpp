#include "host/run/build_info.h"

#include <catch2/catch.hpp>

using namespace weft::host;

TEST_CASE("OpenBLAS is recognized by the name of its file") {
  CHECK(is_openblas("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3"));
  CHECK(is_openblas("/opt/lib/libopenblas.so.0"));
  CHECK_FALSE(is_openblas("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"));
  CHECK(mapped_blas().empty());
}
