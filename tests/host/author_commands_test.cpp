// The commands for people who write graphs and plugins: inspect, reference and new.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/calls.h"

using Catch::Contains;
using Catch::StartsWith;
using namespace weft::testing;
namespace fs = std::filesystem;

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
      read_file(pages / "index.md"),
      Contains("\n## stage\n") && Contains("| [part.settings](part.settings.md) | Has a parameter of every kind. |"));
  const std::string settings = read_file(pages / "part.settings.md");
  CHECK_THAT(settings, Contains("\nReference: Nobody, 2024, equation 0\n") &&
                           Contains("```toml\n[components.settings]\n") &&
                           Contains("\n| `real` | `0.5` |  | a finite number, above 0 | a number |\n") &&
                           Contains("\n| `file` | may be left out |  | the name of a file | a file |\n") &&
                           Contains("[part.counter](part.counter.md), [part.fragile](part.fragile.md)"));
  CHECK_THAT(read_file(pages / "part.counter.md"), Contains("[stage.pull](stage.pull.md) |"));
  CHECK_THAT(read_file(pages / "stage.pull.md"),
             Contains("## Streams") && Contains("[part.ear](part.ear.md) |") &&
                 Contains("| `pulled` | items | each value; shown while it runs | the last number |"));

  write_file(pages / "part.ear.md", "# my notes\n");
  fs::remove(pages / "index.md");
  const Finished refused = call_in(folder.path(), reference);
  CHECK(refused.code == 2);
  CHECK(refused.output ==
        "error: 'new/pages/part.ear.md' is in the way: 'weft reference' did not write it; give another "
        "folder, or move the file away\n");
  CHECK(read_file(pages / "part.ear.md") == "# my notes\n");
  CHECK(!fs::exists(pages / "index.md"));

  CHECK(call_in(folder.path(), {"reference", "new/pages/part.ear.md"}).output ==
        "error: cannot make the folder 'new/pages/part.ear.md': Not a directory; give a folder that can be written\n");
}

TEST_CASE("new writes a template with its name filled in, and says what to type next") {
  const TemporaryFolder folder;
  const auto make = [&](const std::vector<std::string>& arguments) { return run_weft(arguments, folder.path()); };
  const Finished finished = make({"new", "loss", "my_first_loss"});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             StartsWith("wrote my_first_loss/\n  CMakeLists.txt\n  README.md\n  graph.toml\n  my_first_loss.cpp\n"
                        "  my_first_loss_test.cpp\nnext (my_first_loss/README.md says more):\n  cd my_first_loss\n") &&
                 Contains("  " WEFT_PROGRAM " run graph.toml\n"));
  const fs::path made = folder.path() / "my_first_loss";
  CHECK_THAT(read_file(made / "my_first_loss.cpp"),
             Contains("class MyFirstLoss final") && Contains("component_type<MyFirstLoss>(\"loss.my_first_loss\")"));
  CHECK_THAT(read_file(made / "graph.toml"),
             Contains("extends = \"" WEFT_BINARY_FOLDER "/share/weft/graphs/pendulum_vagram.toml\""));
  for (const std::string kind : {"agent", "env", "loss", "model", "stage"}) {
    CHECK(make({"new", kind, "my_" + kind}).code == 0);
    for (const fs::directory_entry& file : fs::directory_iterator(folder.path() / ("my_" + kind))) {
      INFO(file.path());
      CHECK_THAT(read_file(file.path()),
                 !Contains("template_name") && !Contains("TemplateName") && !Contains("TEMPLATE_PREFIX"));
    }
  }
}

TEST_CASE("new refuses with a reason, and leaves nothing behind") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& arguments) {
    const Finished finished = run_unprivileged(arguments, folder.path());
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

  write_file(folder.path() / "mine", "notes");
  CHECK(refused({WEFT_PROGRAM, "new", "loss", "mine"}) ==
        "error: 'mine' is there already; take another name, or move it away\n");
  CHECK(read_file(folder.path() / "mine") == "notes");

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
  write_file(folder.path() / "closed/output.txt", "");
  fs::permissions(folder.path() / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  const Finished finished = run_unprivileged({WEFT_PROGRAM, "new", "loss", "mine"}, folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::owner_all);
  CHECK(finished.code == 2);
  CHECK(finished.output == "error: cannot write the folder '" + (folder.path() / "closed/mine").string() +
                               "': Permission denied; type the command where there is room and leave to write\n");
}
