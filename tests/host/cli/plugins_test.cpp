// `weft plugins`, and what the other commands report of plugins that cannot be loaded.
#include <catch2/catch.hpp>

#include "host/fixtures/bare_program.h"
#include "host/fixtures/plugin_folders.h"

using Catch::Contains;
using Catch::StartsWith;
using namespace weft::testing;
namespace fs = std::filesystem;

TEST_CASE("plugins lists what is found, and why the rest cannot be loaded") {
  const TemporaryFolder folder;
  fs::copy(valid_plugins + "/fixture_one.so", folder.path());
  fs::copy(bad_plugins + "/newer_sdk.so", folder.path());
  const Finished finished = call({"plugins", "--plugin-path", folder.path().string()});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("one 0.1.0 (MIT), SDK 1.0, --plugin-path: " +
                                       (folder.path() / "fixture_one.so").string() + "\n  mock.one  Does nothing.\n"));
  CHECK_THAT(finished.output,
             Contains("cannot be loaded (--plugin-path): " + (folder.path() / "newer_sdk.so").string() +
                      ": is built with SDK 1.99, which is newer"));
}

TEST_CASE("plugins lists the rest when a named file does not load, and ends with 3") {
  const std::string broken = bad_plugins + "/old_torch.so";
  const Finished finished =
      call({"plugins", "--plugin-path", broken, "--plugin-path", valid_plugins + "/fixture_one.so"});
  CHECK(finished.code == 3);
  CHECK_THAT(finished.output,
             StartsWith("one 0.1.0 (MIT), SDK 1.0, --plugin-path: " + valid_plugins + "/fixture_one.so\n") &&
                 Contains("\nerror: " + broken + ": is built with LibTorch 0.4.1"));
}

TEST_CASE("check and run report a plugin that cannot be loaded in a named folder") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "mine");
  fs::copy(valid_plugins + "/fixture_components.so", folder.path() / "mine");
  fs::copy(bad_plugins + "/newer_sdk.so", folder.path() / "mine");
  const std::string graph =
      "ticks = 1\n[components.counter]\nuse = \"mock.counter\"\n[stages.pull]\nuse = \"stage.pull\"\n"
      "counter = \"counter\"\n[[schedule]]\nrun = \"pull\"\n";
  weft::testing::write_file(folder.path() / "option.toml", "[run]\nname = \"g\"\n" + graph);
  weft::testing::write_file(folder.path() / "named.toml", "[run]\nname = \"h\"\nplugins = [\"mine\"]\n" + graph);
  const std::string why = (folder.path() / "mine/newer_sdk.so").string() + ": is built with SDK 1.99, which is newer";
  for (const char* command : {"check", "run"}) {
    const Finished option = call_in(folder.path(), {command, "option.toml", "--plugin-path", "mine"});
    CHECK(option.code == 0);
    CHECK_THAT(option.output, Contains("cannot be loaded (--plugin-path): " + why));
    const Finished named = call_in(folder.path(), {command, "named.toml"});
    CHECK(named.code == 0);
    CHECK_THAT(named.output, Contains("named.toml:3:12: note: cannot be loaded (named by the graph): " + why));
  }
  CHECK_THAT(weft::testing::read_file(folder.path() / "runs/g/0/log.txt"), Contains(why));
}

TEST_CASE("a plugin folder that cannot be read is an error with a remedy") {
  const TemporaryFolder folder;
  const fs::path locked = folder.path() / "locked";
  fs::create_directory(locked);
  fs::permissions(locked, fs::perms::none);
  const Finished finished =
      weft::testing::run_unprivileged({program(), "plugins", "--plugin-path", locked.string()}, folder.path());
  CHECK(finished.code == 3);
  CHECK(finished.output == "error: " + locked.string() +
                               ": the folder cannot be read: Permission denied; make it readable, or do not name it\n");
}

TEST_CASE("without plugins, plugins says how to name some, and inspect finds no type") {
  const Finished finished = call({"plugins"});
  CHECK(finished.code == 0);
  CHECK(finished.output == "no plugins were found; name a file or folder with --plugin-path or in WEFT_PLUGIN_PATH\n");
  CHECK(complaint({"inspect", "mock.one"}) ==
        "error: unknown component type 'mock.one'; 'weft plugins' lists all types\n");
}

TEST_CASE("a type that another file has already is listed as not used") {
  const TemporaryFolder folder;
  fs::copy(valid_plugins + "/fixture_one.so", folder.path());
  ::setenv("WEFT_PLUGIN_PATH", folder.path().c_str(), 1);
  const Finished finished = call({"plugins", "--plugin-path", valid_plugins});
  ::unsetenv("WEFT_PLUGIN_PATH");
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             Contains("SDK 1.0, WEFT_PLUGIN_PATH: " + (folder.path() / "fixture_one.so").string() +
                      "\n  mock.one  Does nothing. (not used: " + valid_plugins + "/fixture_one.so comes first)\n"));
}
