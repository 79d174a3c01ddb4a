#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/process.h"
#include "weft/core/plugin.h"

using Catch::Contains;
using Catch::Equals;
using Catch::StartsWith;
using weft::testing::Finished;
using weft::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const std::string good = WEFT_BINARY_FOLDER "/tests/plugins/good";
const std::string bad = WEFT_BINARY_FOLDER "/tests/plugins/bad";

/// A copy of the program with no plugins beside it: only what a test names is loaded.
const std::string& program() {
  static const TemporaryFolder folder;
  static const std::string file = [] {
    fs::create_directory(folder.path() / "bin");
    fs::copy(WEFT_PROGRAM, folder.path() / "bin");
    return (folder.path() / "bin/weft").string();
  }();
  return file;
}

Finished call_in(const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program());
  weft::testing::Process process(arguments, folder);
  const int code = process.wait();
  return {code, process.output()};
}

Finished call(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  return call_in(folder.path(), arguments);
}

/// What a command line that cannot be understood is answered; the exit code is 2.
std::string complaint(const std::vector<std::string>& arguments) {
  const Finished finished = call(arguments);
  CHECK(finished.code == 2);
  return finished.output;
}

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

TEST_CASE("the program needs no LibTorch") {
  CHECK_THAT(weft::testing::read_file(WEFT_PROGRAM), !Contains("libtorch") && !Contains("libc10"));
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

TEST_CASE("inspect tells everything that a type declares") {
  const Finished settings = call({"inspect", "part.settings", "--plugin-path", good});
  CHECK(settings.code == 0);
  CHECK_THAT(settings.output, StartsWith("part.settings: Has a parameter of every kind.\n"
                                         "reference: Nobody, 2024, equation 0\n"
                                         "plugin: fixture_parts 0.1.0 (MIT), SDK 1.0, --plugin-path: "));
  CHECK_THAT(settings.output, Contains("\nparameters\n"
                                       "  flag = true  (true or false)\n"
                                       "      a flag\n"
                                       "  integer = 3 [rows]  (a whole number, at least 1 and at most 99)\n"));
  CHECK_THAT(settings.output, Contains("  choice = \"left\"  (one of 'left' and 'right')\n"));
  CHECK_THAT(settings.output, Contains("  file  (the name of a file; may be left out)\n"));
  CHECK_THAT(settings.output, Contains("\nslots\n"
                                       "  counter  (service weft.test.counter/1; may be left open; offered by "
                                       "part.counter, part.fragile, part.null)\n"
                                       "      may be left out\n"
                                       "\nservices\n"
                                       "  report  (weft.test.report/1)\n"
                                       "      all values as text\n"));
  CHECK_THAT(settings.output, !Contains("streams") && !Contains("metrics"));

  const Finished pull = call({"inspect", "stage.pull", "--plugin-path", good});
  CHECK_THAT(pull.output, Contains("a stage: the schedule may run it\n"));
  CHECK_THAT(pull.output, Contains("\nstreams\n"
                                   "  numbers  (weft.test.numbers/1)\n"
                                   "      what was pulled\n"
                                   "\nmetrics\n"
                                   "  pulled [items]  (headline)\n"
                                   "      the last number\n"));
  CHECK_THAT(pull.output, !Contains("services"));

  CHECK(complaint({"inspect", "part.countre", "--plugin-path", good}) ==
        "error: unknown component type 'part.countre'; did you mean 'part.counter'? 'weft plugins' lists all types\n");
}

TEST_CASE("inspect --toml is a block to paste: defaults, what is to be filled in, and what may be left out") {
  CHECK_THAT(
      call({"inspect", "part.settings", "--toml", "--plugin-path", good}).output,
      StartsWith("[components.settings]\n"
                 "use       = \"part.settings\"  # Has a parameter of every kind.\n"
                 "# counter = \"\"               # may be wired: may be left out (service weft.test.counter/1; ") &&
          Contains("\nreal      = 0.5              # a number (a finite number, above 0)\n"
                   "choice    = \"left\"           # a word of two (one of 'left' and 'right')\n"
                   "integers  = [1, 2]           # ") &&
          Contains("\nsteps     = 1                # a whole number that changes [ticks] (") &&
          Contains("\n# file    = \"\"               # may be given: a file (the name of a file)\n"));
  CHECK_THAT(call({"inspect", "stage.pull", "--toml", "--plugin-path", good}).output,
             StartsWith("[stages.pull]\n") &&
                 Contains("\ncounter = \"\"            # to be filled in: where numbers") &&
                 Contains("# [[schedule]]\n# run = \"pull\"\n"));
}

TEST_CASE("inspect --json has the documented structure") {
  const auto inspected = [](const std::string& type) {
    return nlohmann::json::parse(call({"inspect", type, "--json", "--plugin-path", good}).output);
  };
  const nlohmann::json settings = inspected("part.settings");
  CHECK(settings["type"] == "part.settings");
  CHECK(settings["reference"] == "Nobody, 2024, equation 0");
  CHECK(settings["schedulable"] == false);
  CHECK(settings["state_version"] == 1);
  CHECK(settings["plugin"]["name"] == "fixture_parts");
  CHECK(settings["plugin"]["sdk"] == "1.0");
  CHECK(settings["parameters"][1] == nlohmann::json::parse(R"({"key": "integer", "kind": "integer", "default": 3,
      "optional": true, "minimum": 1, "minimum_open": false, "maximum": 99, "maximum_open": false, "choices": [],
      "unit": "rows", "sentence": "a whole number; 13 is refused, 14 fails"})"));
  std::vector<std::string> kinds;
  for (const nlohmann::json& row : settings["parameters"]) kinds.push_back(row["kind"]);
  CHECK(kinds == std::vector<std::string>{"flag", "integer", "real", "text", "integers", "reals", "ramp",
                                          "integer_ramp", "path", "flag"});
  CHECK(settings["parameters"][2]["minimum_open"] == true);
  CHECK(settings["parameters"][2]["maximum"] == nullptr);
  CHECK(settings["parameters"][3]["choices"] == nlohmann::json({"left", "right"}));
  CHECK(settings["parameters"][4]["default"] == nlohmann::json({1, 2}));
  CHECK(settings["parameters"][7]["default"].dump() == "1");
  CHECK(settings["parameters"][8]["default"] == nullptr);
  CHECK(settings["slots"] == nlohmann::json::parse(R"([{"name": "counter", "interface": "weft.test.counter/1",
      "stream": false, "optional": true, "sentence": "may be left out",
      "fitting": ["part.counter", "part.fragile", "part.null"]}])"));
  CHECK(settings["services"][0]["interface"] == "weft.test.report/1");

  const nlohmann::json pull = inspected("stage.pull");
  CHECK(pull["schedulable"] == true);
  CHECK(pull["streams"] ==
        nlohmann::json::parse(
            R"([{"name": "numbers", "interface": "weft.test.numbers/1", "sentence": "what was pulled"}])"));
  CHECK(pull["metrics"] == nlohmann::json::parse(R"([{"name": "pulled", "unit": "items", "headline": true,
      "averaged": false, "sentence": "the last number"}])"));

  CHECK(complaint({"inspect", "part.one", "--toml", "--json"}) ==
        "error: --toml and --json are two forms of the same; give one of them; see 'weft inspect --help'\n");
}

TEST_CASE("reference writes a page per type and an index, again too, and over no file of anybody else") {
  const TemporaryFolder folder;
  const std::vector<std::string> reference = {"reference", "new/pages", "--plugin-path", good + "/fixture_parts.so"};
  for (int time = 0; time < 2; ++time) {
    const Finished finished = call_in(folder.path(), reference);
    CHECK(finished.code == 0);
    CHECK(finished.output == "6 component types: new/pages/index.md\n");
  }
  const fs::path pages = folder.path() / "new/pages";
  CHECK_THAT(
      weft::testing::read_file(pages / "index.md"),
      Contains("\n## stage\n") && Contains("| [part.settings](part.settings.md) | Has a parameter of every kind. |"));
  const std::string settings = weft::testing::read_file(pages / "part.settings.md");
  CHECK_THAT(settings, Contains("\nReference: Nobody, 2024, equation 0\n") &&
                           Contains("```toml\n[components.settings]\n") &&
                           Contains("\n| `real` | `0.5` |  | a finite number, above 0 | a number |\n") &&
                           Contains("\n| `file` | may be left out |  | the name of a file | a file |\n") &&
                           Contains("[part.counter](part.counter.md), [part.fragile](part.fragile.md)"));
  CHECK_THAT(weft::testing::read_file(pages / "part.counter.md"), Contains("[stage.pull](stage.pull.md) |"));
  CHECK_THAT(weft::testing::read_file(pages / "stage.pull.md"),
             Contains("## Streams") && Contains("[part.ear](part.ear.md) |") &&
                 Contains("| `pulled` | items | each value; shown while it runs | the last number |"));

  weft::testing::write_file(pages / "part.ear.md", "# my notes\n");
  fs::remove(pages / "index.md");
  const Finished refused = call_in(folder.path(), reference);
  CHECK(refused.code == 2);
  CHECK(refused.output ==
        "error: 'new/pages/part.ear.md' is in the way: 'weft reference' did not write it; give another "
        "folder, or move the file away\n");
  CHECK(weft::testing::read_file(pages / "part.ear.md") == "# my notes\n");
  CHECK(!fs::exists(pages / "index.md"));

  CHECK(call_in(folder.path(), {"reference", "new/pages/part.ear.md"}).output ==
        "error: cannot make the folder 'new/pages/part.ear.md': Not a directory; give a folder that can be written\n");
}

TEST_CASE("new writes a template with its name filled in, and says what to type next") {
  const TemporaryFolder folder;
  const auto make = [&](const std::vector<std::string>& arguments) {
    return weft::testing::run_weft(arguments, folder.path());
  };
  const Finished finished = make({"new", "loss", "my_first_loss"});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             StartsWith("wrote my_first_loss/\n  CMakeLists.txt\n  README.md\n  graph.toml\n  my_first_loss.cpp\n"
                        "  my_first_loss_test.cpp\nnext (my_first_loss/README.md says more):\n  cd my_first_loss\n") &&
                 Contains("  " WEFT_PROGRAM " run graph.toml\n"));
  const fs::path made = folder.path() / "my_first_loss";
  CHECK_THAT(weft::testing::read_file(made / "my_first_loss.cpp"),
             Contains("class MyFirstLoss final") && Contains("component_type<MyFirstLoss>(\"loss.my_first_loss\")"));
  CHECK_THAT(weft::testing::read_file(made / "graph.toml"),
             Contains("extends = \"" WEFT_BINARY_FOLDER "/share/weft/graphs/pendulum_vagram.toml\""));
  for (const std::string kind : {"agent", "env", "loss", "model", "stage"}) {
    CHECK(make({"new", kind, "my_" + kind}).code == 0);
    for (const fs::directory_entry& file : fs::directory_iterator(folder.path() / ("my_" + kind))) {
      INFO(file.path());
      CHECK_THAT(weft::testing::read_file(file.path()),
                 !Contains("template_name") && !Contains("TemplateName") && !Contains("TEMPLATE_PREFIX"));
    }
  }
}

TEST_CASE("new refuses with a reason, and leaves nothing behind") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& arguments) {
    const Finished finished = weft::testing::run_unprivileged(arguments, folder.path());
    CHECK(finished.code == 2);
    return finished.output;
  };
  const std::string kinds = "'agent', 'env', 'loss', 'model' and 'stage'";
  CHECK(refused({WEFT_PROGRAM, "new"}) ==
        "error: KIND is missing; there are the kinds " + kinds + "; see 'weft new --help'\n");
  CHECK(refused({WEFT_PROGRAM, "new", "loss"}) ==
        "error: NAME is missing; there are the kinds " + kinds + "; see 'weft new --help'\n");
  CHECK(refused({WEFT_PROGRAM, "new", "lose", "mine"}) ==
        "error: unknown kind 'lose'; there are " + kinds + "; did you mean 'loss'?\n");
  for (const char* name : {"MyLoss", "my-loss", "../mine", "", "mine_", "my__loss", "2nd"})
    CHECK(refused({WEFT_PROGRAM, "new", "loss", name}) ==
          "error: '" + std::string(name) +
              "' is no good name; use small letters, digits and single '_' between them, a letter first\n");
  CHECK(refused({WEFT_PROGRAM, "new", "loss", "test"}) ==
        "error: 'test' is a name that CMake keeps for itself; take another\n");

  weft::testing::write_file(folder.path() / "mine", "notes");
  CHECK(refused({WEFT_PROGRAM, "new", "loss", "mine"}) ==
        "error: 'mine' is there already; take another name, or move it away\n");
  CHECK(weft::testing::read_file(folder.path() / "mine") == "notes");

  CHECK_THAT(call_in(folder.path(), {"new", "loss", "other"}).output,
             StartsWith("error: there are no templates: cannot read '") &&
                 Contains("/share/weft/templates': No such file or directory; it belongs to what 'cmake --install'"));
  std::vector<std::string> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path()))
    left.push_back(entry.path().filename());
  std::sort(left.begin(), left.end());
  CHECK(left == std::vector<std::string>{"mine", "output.txt"});
}

TEST_CASE("new says so where it may not write") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "closed");
  weft::testing::write_file(folder.path() / "closed/output.txt", "");
  fs::permissions(folder.path() / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  const Finished finished =
      weft::testing::run_unprivileged({WEFT_PROGRAM, "new", "loss", "mine"}, folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::owner_all);
  CHECK(finished.code == 2);
  CHECK(finished.output == "error: cannot write the folder '" + (folder.path() / "closed/mine").string() +
                               "': Permission denied; type the command where there is room and leave to write\n");
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
