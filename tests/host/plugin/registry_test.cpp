#include "host/plugin/registry.h"

#include <cstdlib>

#include "host/fixtures/plugin_folders.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::bad_plugins;
using weft::testing::Contains;
using weft::testing::Equals;
using weft::testing::TemporaryFolder;
using weft::testing::valid_plugins;
namespace fs = std::filesystem;

TEST_CASE("files in a folder that do not load are listed with their reasons, and the others load") {
  const TemporaryFolder folder;
  fs::copy(valid_plugins + "/fixture_one.so", folder.path());
  fs::copy(bad_plugins + "/newer_sdk.so", folder.path());
  weft::testing::write_file(folder.path() / "notes.txt", "not looked at");
  const Registry registry({{}, {folder.path()}});
  const TypeRecord* record = registry.find("mock.one");
  REQUIRE(record);
  CHECK(record->plugin->file == folder.path() / "fixture_one.so");
  CHECK(record->plugin->found_by == "--plugin-path");
  REQUIRE(registry.unloadable().size() == 1);
  CHECK(registry.unloadable()[0].file == folder.path() / "newer_sdk.so");
  CHECK_THAT(registry.unloadable()[0].message, Contains("newer than this host's"));
  CHECK(registry.find("mock.nothing") == nullptr);
}

TEST_CASE("the first place that has a type wins; two files in one place are an error that names both") {
  const TemporaryFolder first;
  const TemporaryFolder second;
  fs::copy(valid_plugins + "/fixture_one.so", first.path() / "a.so");
  fs::copy(valid_plugins + "/fixture_one.so", second.path() / "b.so");

  ::setenv("WEFT_PLUGIN_PATH", (first.path().string() + ":" + first.path().string()).c_str(), 1);
  {
    const Registry registry({{{second.path() / "b.so", {"graph.toml", 3, 1}}}, {}});
    CHECK(registry.find("mock.one")->plugin->found_by == "named by the graph");
    CHECK(registry.plugins()[1].found_by == "WEFT_PLUGIN_PATH");
  }
  ::unsetenv("WEFT_PLUGIN_PATH");

  CHECK_THROWS_WITH(Registry({{}, {first.path(), second.path()}}),
                    "error: both " + (first.path() / "a.so").string() + " and " + (second.path() / "b.so").string() +
                        " (--plugin-path) have the type 'mock.one'; remove one of them");
}

TEST_CASE("a named file that fails is not replaced by another, and all such files are reported with their places") {
  const PluginSearch search{
      {{bad_plugins + "/newer_sdk.so", {"graph.toml", 3, 12}}, {"/absent.so", {"graph.toml", 3, 40}}}, {valid_plugins}};
  try {
    const Registry registry(search);
    FAIL("loaded");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::plugin_failed);
    REQUIRE(failure.diagnostics().size() == 2);
    CHECK_THAT(to_text(failure.diagnostics()[1]),
               Equals("graph.toml:3:40: error: /absent.so: there is no such file; check the name"));
  }
}

TEST_CASE("the environment sets libraries to one thread before the first plugin is loaded") {
  ::setenv("OMP_NUM_THREADS", "7", 1);
  const Registry registry({{}, {valid_plugins}});
  const auto variable = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text ? text : "not set");
  };
  CHECK(variable("OMP_NUM_THREADS") == "1");
  CHECK(variable("OPENBLAS_NUM_THREADS") == "1");
  CHECK(variable("OMP_WAIT_POLICY") == "passive");
}
