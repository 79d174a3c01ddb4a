// The libraries that compute, as a run records them.
#include "host/run/libraries.h"

#include <dlfcn.h>

#include "weft/testing/catch.h"

using namespace weft::host;
using namespace weft::testing;

TEST_CASE("the libraries that compute are those of the plugins: the host itself has none") {
  CHECK(computing_libraries().empty());
  CHECK(library_versions() == std::map<std::string, std::string>{{"instruction set", instruction_set()}});
}

TEST_CASE("a mapped library is named with its version and its choice of an instruction set") {
  REQUIRE(dlopen("libdnnl.so", RTLD_LAZY) != nullptr);
  REQUIRE(dlopen("libmujoco.so", RTLD_LAZY) != nullptr);
  const std::vector<ComputingLibrary> libraries = computing_libraries();
  REQUIRE(libraries.size() >= 2);
  const ComputingLibrary &mujoco = libraries.front(), &dnnl = libraries.back();  // upper case comes first
  CHECK(mujoco.name == "MuJoCo");
  CHECK(mujoco.version.find('.') != std::string::npos);
  CHECK(mujoco.kernels.empty());
  CHECK_THAT(mujoco.file.string(), Contains(mujoco.version));
  CHECK(dnnl.name == "oneDNN");
  CHECK(dnnl.version.find('.') != std::string::npos);
  CHECK(dnnl.kernels == instruction_set());
  CHECK(library_versions().at("oneDNN") == dnnl.version + " for " + instruction_set());
  CHECK(library_lines().back() == "oneDNN " + dnnl.version + " for " + instruction_set() + ": " + dnnl.file.string());
}
