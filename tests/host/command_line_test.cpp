#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "host/calls.h"
#include "weft/core/plugin.h"

using Catch::Contains;
using Catch::Equals;
using Catch::StartsWith;
using namespace weft::testing;
namespace fs = std::filesystem;

namespace {

/// Runs a graph of the given parts for 20 ticks; its plugins are those of `good`, and no others.
Finished run_graph(const std::string& parts, const std::string& settings = "") {
  const TemporaryFolder folder;
  weft::testing::write_file(folder.path() / "graph.toml", "[run]\nname = \"g\"\nticks = 20\n" + settings + parts +
                                                              "\n[[schedule]]\nrun = \"pull\"\n");
  return call_in(folder.path(), {"run", "graph.toml", "--plugin-path", good + "/fixture_parts.so"});
}

}  // namespace

TEST_CASE("help and version") {
  const Finished help = call({});
  CHECK(help.code == 0);
  for (const char* command :
       {"weft run GRAPH", "weft resume RUN_DIR", "weft check GRAPH", "weft show GRAPH", "weft plugins",
        "weft inspect TYPE", "weft reference DIR", "weft sweep GRAPH...", "weft plot FILE...", "weft new KIND NAME"})
    CHECK_THAT(help.output, Contains(command));
  CHECK(call({"--help"}).output == help.output);
  CHECK(call({"-h"}).output == help.output);

  const Finished run_help = call({"run", "--help"});
  CHECK(run_help.code == 0);
  for (const char* option :
       {"--set KEY=VALUE", "--seed N", "--ticks N", "--threads N", "--out DIR", "--replace", "--plugin-path PATH"})
    CHECK_THAT(run_help.output, Contains(option));

  const Finished version = call({"--version"});
  CHECK(version.code == 0);
  CHECK_THAT(version.output, StartsWith("weft 1.") && Contains("(SDK 1.0)"));
}

TEST_CASE("commands and options that do not exist get the nearest name") {
  CHECK(complaint({"rnu"}) == "error: unknown command 'rnu'; did you mean 'run'? see 'weft --help'\n");
  CHECK(complaint({"xylophone"}) == "error: unknown command 'xylophone'; see 'weft --help'\n");
  CHECK(complaint({"--versoin"}) == "error: unknown option '--versoin'; did you mean '--version'? see 'weft --help'\n");
  // An abbreviation is no option either.
  CHECK(complaint({"run", "g", "--tick", "5"}) ==
        "error: unknown option '--tick'; did you mean '--ticks'? see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--tikcs=5"}) ==
        "error: unknown option '--tikcs'; did you mean '--ticks'? see 'weft run --help'\n");
  CHECK(complaint({"check", "g", "--dot"}) == "error: unknown option '--dot'; see 'weft check --help'\n");
}

TEST_CASE("options and operands that are not as expected") {
  CHECK(complaint({"run"}) == "error: GRAPH is missing; see 'weft run --help'\n");
  CHECK(complaint({"run", "a", "b"}) == "error: 'b' is one word too many; see 'weft run --help'\n");
  CHECK(complaint({"plugins", "a"}) == "error: 'a' is one word too many; see 'weft plugins --help'\n");
  CHECK(complaint({"run", "g", "--ticks"}) == "error: '--ticks' needs a value; see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--out="}) == "error: '--out' needs a value; see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--replace=1"}) == "error: '--replace' takes no value; see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--seed", "1", "--seed", "2"}) ==
        "error: '--seed' is given more than once; see 'weft run --help'\n");
  const auto number = [](const std::string& option, const std::string& value, const std::string& first) {
    CHECK(complaint({"run", "g", "--" + option + "=" + value}) == "error: --" + option + " is '" + value +
                                                                      "'; a whole number from " + first +
                                                                      " on was expected; see 'weft run --help'\n");
  };
  number("seed", "-1", "0");
  number("seed", "99999999999999999999", "0");
  number("ticks", "0", "1");
  number("ticks", "5x", "1");
  number("threads", "two", "1");
}

TEST_CASE("plugins tells what is found, and why the rest does not load") {
  const TemporaryFolder folder;
  fs::copy(good + "/fixture_one.so", folder.path());
  fs::copy(bad + "/newer_sdk.so", folder.path());
  const Finished finished = call({"plugins", "--plugin-path", folder.path().string()});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("one 0.1.0 (MIT), SDK 1.0, --plugin-path: " +
                                       (folder.path() / "fixture_one.so").string() + "\n  part.one  Does nothing.\n"));
  CHECK_THAT(finished.output,
             Contains("cannot be loaded (--plugin-path): " + (folder.path() / "newer_sdk.so").string() +
                      ": is built with SDK 1.99, which is newer"));
}

TEST_CASE("plugins lists the rest also when a named file is bad, and then ends with 3") {
  const std::string broken = bad + "/old_torch.so";
  const Finished finished = call({"plugins", "--plugin-path", broken, "--plugin-path", good + "/fixture_one.so"});
  CHECK(finished.code == 3);
  CHECK_THAT(finished.output, StartsWith("one 0.1.0 (MIT), SDK 1.0, --plugin-path: " + good + "/fixture_one.so\n") &&
                                  Contains("\nerror: " + broken + ": is built with LibTorch 0.4.1"));
}

TEST_CASE("a plugin that does not load in a folder that somebody named is told by check and run") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "mine");
  fs::copy(good + "/fixture_parts.so", folder.path() / "mine");
  fs::copy(bad + "/newer_sdk.so", folder.path() / "mine");
  const std::string graph =
      "ticks = 1\n[components.part]\nuse = \"part.counter\"\n[stages.pull]\nuse = \"stage.pull\"\n"
      "counter = \"part\"\n[[schedule]]\nrun = \"pull\"\n";
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

TEST_CASE("a folder of plugins that cannot be read is an error, not one of the file system") {
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

TEST_CASE("without plugins, plugins says how to give some, and inspect finds no type") {
  const Finished finished = call({"plugins"});
  CHECK(finished.code == 0);
  CHECK(finished.output == "no plugin was found; give a file or folder with --plugin-path or in WEFT_PLUGIN_PATH\n");
  CHECK(complaint({"inspect", "part.one"}) ==
        "error: unknown component type 'part.one'; 'weft plugins' lists all types\n");
}

TEST_CASE("a type that another file has already is said not to be used") {
  const TemporaryFolder folder;
  fs::copy(good + "/fixture_one.so", folder.path());
  ::setenv("WEFT_PLUGIN_PATH", folder.path().c_str(), 1);
  const Finished finished = call({"plugins", "--plugin-path", good});
  ::unsetenv("WEFT_PLUGIN_PATH");
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             Contains("SDK 1.0, WEFT_PLUGIN_PATH: " + (folder.path() / "fixture_one.so").string() +
                      "\n  part.one  Does nothing. (not used: " + good + "/fixture_one.so comes first)\n"));
}

TEST_CASE("a named plugin that does not load ends every command that loads plugins with 3") {
  const TemporaryFolder folder;
  const std::string broken = bad + "/old_torch.so";
  weft::testing::write_file(folder.path() / "graph.toml",
                            "[run]\nname = \"g\"\nticks = 1\nplugins = [\"" + broken + "\"]\n");
  for (const char* command : {"run", "check", "show"}) {
    const Finished finished = call_in(folder.path(), {command, "graph.toml"});
    CHECK(finished.code == 3);
    CHECK_THAT(finished.output, StartsWith("graph.toml:4:") && Contains("is built with LibTorch 0.4.1"));
    CHECK(!fs::exists(folder.path() / "runs"));
  }
  CHECK(call({"plugins", "--plugin-path", broken}).code == 3);
  CHECK(call({"inspect", "part.one", "--plugin-path", broken}).code == 3);
}

TEST_CASE("no broken plugin ends the program with anything but 3") {
  int files = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(bad)) {
    INFO(file.path());
    if (file.path().stem() == "asan_build" && std::string(WEFT_SANITIZER) == "address") continue;
    const Finished finished = call({"plugins", "--plugin-path", file.path().string()});
    CHECK(finished.code == 3);
    CHECK_THAT(finished.output, StartsWith("error: " + file.path().string() + ": "));
    ++files;
  }
  CHECK(files >= 11);
}

TEST_CASE("exit codes of runs whose components fail") {
  const std::string stage = "[stages.pull]\nuse = \"stage.pull\"\ncounter = \"part\"\n";
  const auto part = [&](const std::string& use) { return "[components.part]\nuse = " + use + "\n" + stage; };

  CHECK(run_graph(part("\"part.counter\"")).code == 0);

  const Finished null = run_graph(part("\"part.null\""));
  CHECK(null.code == 3);
  CHECK_THAT(null.output, Contains("component 'part' (part.null) of fixture_parts.so: its factory returned nothing"));

  const Finished service = run_graph(part("\"part.fragile\""));
  CHECK(service.code == 4);
  CHECK_THAT(service.output, Contains("component 'part' (part.fragile) of fixture_parts.so, called by stage 'pull' in "
                                      "run, tick 1: there is nothing to count; give it something"));

  const Finished nan = run_graph(part("\"part.fragile\"\nhow = \"nan\""));
  CHECK(nan.code == 4);
  CHECK_THAT(nan.output, Contains("tick 1: the metric 'weight' of 'part' is not a number (NaN)"));

  const std::string settings = "[components.settings]\nuse = \"part.settings\"\ninteger = ";
  const Finished constructor = run_graph(part("\"part.counter\"") + settings + "14\n");
  CHECK(constructor.code == 4);
  CHECK_THAT(constructor.output, Contains("in construction: 14 is too much"));

  const Finished refused = run_graph(part("\"part.counter\"") + settings + "13\n");
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("graph.toml:11:") && Contains("13 is unlucky; take another number"));
}
