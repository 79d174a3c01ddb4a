// `weft plugins`, and what the other commands report of plugins that cannot be loaded.

#include "host/cli/try_load.h"
#include "host/fixtures/bare_program.h"
#include "host/fixtures/plugin_folders.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

namespace {

const bool sanitized = std::string(WEFT_SANITIZER) != "none";

}  // namespace

TEST_CASE("plugins lists what is found, and why the rest cannot be loaded") {
  const TemporaryFolder folder;
  fs::copy(valid_plugins + "/fixture_one.so", folder.path());
  fs::copy(bad_plugins + "/newer_sdk.so", folder.path());
  const Finished finished = call({"plugins", "--plugin-path", folder.path().string()});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("one 0.1.0 (MIT), SDK 0.9, --plugin-path: " +
                                       (folder.path() / "fixture_one.so").string() + "\n  mock.one  Does nothing.\n"));
  CHECK_THAT(finished.output,
             Contains("cannot be loaded (--plugin-path): " + (folder.path() / "newer_sdk.so").string() +
                      ": is built with SDK 0.99, which is newer"));
}

TEST_CASE("plugins lists the rest when a library ends its process, and says how it did") {
  const TemporaryFolder folder;
  for (const char* name : {"aborting_entry.so", "exiting_entry.so", "crashing_at_the_end.so", "throwing_static.so"})
    fs::copy(fs::path(deadly_plugins) / name, folder.path());
  fs::copy(valid_plugins + "/fixture_one.so", folder.path());
  const Finished finished = call({"plugins", "--plugin-path", folder.path().string()});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("fixture_one.so\n  mock.one  Does nothing.\n"));
  const std::string loading = " while it was loaded; check its static objects and the describe() of its types\n";
  const auto line = [&](const std::string& name) {
    return "cannot be loaded (--plugin-path): " + (folder.path() / name).string() + ": ";
  };
  if (!sanitized) {
    CHECK_THAT(finished.output, Contains(line("aborting_entry.so") + "crashed with SIGABRT (Aborted)" + loading));
    CHECK_THAT(finished.output, Contains(line("throwing_static.so") + "crashed with SIGABRT (Aborted)" + loading));
    CHECK_THAT(finished.output,
               Contains(line("crashing_at_the_end.so") +
                        "crashed with SIGABRT (Aborted) when the process ended; check the destructors of its static "
                        "objects\n"));
  }
  CHECK_THAT(finished.output, Contains(line("exiting_entry.so") + "called exit(0)" + loading));
}

TEST_CASE("a library that never finishes loading is given up") {
  CHECK(weft::host::try_load(deadly_plugins + "/hanging_entry.so", std::chrono::seconds(1)) ==
        deadly_plugins +
            "/hanging_entry.so: did not end within 1 s while it was loaded; check its static objects and "
            "the describe() of its types");
  CHECK(weft::host::try_load(valid_plugins + "/fixture_one.so", std::chrono::seconds(20)).empty());
  CHECK(weft::host::try_load(bad_plugins + "/newer_sdk.so", std::chrono::seconds(20)).empty());  // refused, not fatal
}

TEST_CASE("what a plugin changes in the process when it is loaded is undone, with a note") {
  const TemporaryFolder folder;
  const std::string graph =
      "[run]\nname = \"g\"\nticks = 1\n[components.counter]\nuse = \"mock.counter\"\n[stages.pull]\nuse = "
      "\"stage.pull\"\ncounter = \"counter\"\n[[schedule]]\nrun = \"pull\"\n";
  weft::testing::write_file(folder.path() / "graph.toml", graph);
  const Finished finished = call_in(folder.path(), {"run", "graph.toml", "--plugin-path", changes_plugin,
                                                    "--plugin-path", valid_plugins + "/fixture_components.so"});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             Contains("note: " + changes_plugin +
                      ": changes the process when it is loaded: the rounding mode of floating-point numbers changed; "
                      "this was undone, so that other components compute the same numbers as without it\n"));
}

TEST_CASE("a type that two places have is that of the first, with a note") {
  const TemporaryFolder folder;
  const std::string graph =
      "[run]\nname = \"g\"\nticks = 1\n[components.counter]\nuse = \"mock.counter\"\n[stages.pull]\nuse = "
      "\"stage.pull\"\ncounter = \"counter\"\n[[schedule]]\nrun = \"pull\"\n";
  weft::testing::write_file(folder.path() / "graph.toml", graph);
  fs::create_directory(folder.path() / "copy");
  fs::copy(valid_plugins + "/fixture_components.so", folder.path() / "copy/again.so");
  ::setenv("WEFT_PLUGIN_PATH", (folder.path() / "copy").c_str(), 1);
  const Finished finished =
      call_in(folder.path(), {"check", "graph.toml", "--plugin-path", valid_plugins + "/fixture_components.so"});
  ::unsetenv("WEFT_PLUGIN_PATH");
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("note: the type 'mock.counter' is that of " + valid_plugins +
                                       "/fixture_components.so (--plugin-path), which comes before " +
                                       (folder.path() / "copy/again.so").string() + " (WEFT_PLUGIN_PATH)\n"));
}

TEST_CASE("plugins lists the rest when a named file does not load, and ends with 3") {
  const std::string broken = bad_plugins + "/old_torch.so";
  const Finished finished =
      call({"plugins", "--plugin-path", broken, "--plugin-path", valid_plugins + "/fixture_one.so"});
  CHECK(finished.code == 3);
  CHECK_THAT(finished.output,
             StartsWith("one 0.1.0 (MIT), SDK 0.9, --plugin-path: " + valid_plugins + "/fixture_one.so\n") &&
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
  const std::string why = (folder.path() / "mine/newer_sdk.so").string() + ": is built with SDK 0.99, which is newer";
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
             Contains("SDK 0.9, WEFT_PLUGIN_PATH: " + (folder.path() / "fixture_one.so").string() +
                      "\n  mock.one  Does nothing. (not used: " + valid_plugins + "/fixture_one.so comes first)\n"));
}
