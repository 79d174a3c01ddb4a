// `weft inspect`: as text, as a block of TOML and as JSON.
#include <nlohmann/json.hpp>

#include "host/fixtures/bare_program.h"
#include "host/fixtures/plugin_folders.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

TEST_CASE("inspect prints everything that a type declares") {
  const Finished settings = call({"inspect", "mock.settings", "--plugin-path", valid_plugins});
  CHECK(settings.code == 0);
  CHECK_THAT(settings.output, StartsWith("mock.settings: Has a parameter of every kind.\n"
                                         "reference: Nobody, 2024, equation 0\n"
                                         "plugin: fixture_components 0.1.0 (MIT), SDK 0.9, --plugin-path: "));
  CHECK_THAT(settings.output, Contains("\nparameters\n"
                                       "  flag = true  (true or false)\n"
                                       "      a flag\n"
                                       "  integer = 3 [rows]  (a whole number, at least 1 and at most 99)\n"));
  CHECK_THAT(settings.output, Contains("  choice = \"left\"  (one of 'left' and 'right')\n"));
  CHECK_THAT(settings.output, Contains("  file  (the name of a file; optional)\n"));
  CHECK_THAT(settings.output, Contains("\nslots\n"
                                       "  counter  (service weft.test.counter/1; optional; offered by "
                                       "mock.counter, mock.fragile, mock.null)\n"
                                       "      may be left out\n"
                                       "\nservices\n"
                                       "  report  (weft.test.report/1)\n"
                                       "      all values as text\n"));
  CHECK_THAT(settings.output, !Contains("streams") && !Contains("metrics"));

  const Finished pull = call({"inspect", "stage.pull", "--plugin-path", valid_plugins});
  CHECK_THAT(pull.output, Contains("a stage: the schedule may run it\n"));
  CHECK_THAT(pull.output, Contains("\nstreams\n"
                                   "  numbers  (weft.test.numbers/1)\n"
                                   "      what was pulled\n"
                                   "\nmetrics\n"
                                   "  pulled [items]  (headline)\n"
                                   "      the last number\n"));
  CHECK_THAT(pull.output, !Contains("services"));

  CHECK(complaint({"inspect", "mock.countre", "--plugin-path", valid_plugins}) ==
        "error: unknown component type 'mock.countre'; did you mean 'mock.counter'? 'weft plugins' lists all types\n");
}

TEST_CASE("inspect --toml is a block to paste: defaults, values to fill in, and optional keys") {
  CHECK_THAT(call({"inspect", "mock.settings", "--toml", "--plugin-path", valid_plugins}).output,
             StartsWith("[components.settings]\n"
                        "use       = \"mock.settings\"  # Has a parameter of every kind.\n"
                        "# counter = \"\"               # optional: may be left out (service weft.test.counter/1; ") &&
                 Contains("\nreal      = 0.5              # a number (a finite number, above 0)\n"
                          "choice    = \"left\"           # one of two words (one of 'left' and 'right')\n"
                          "integers  = [1, 2]           # ") &&
                 Contains("\nsteps     = 1                # a whole number that changes [ticks] (") &&
                 Contains("\n# file    = \"\"               # optional: a file (the name of a file)\n"));
  CHECK_THAT(call({"inspect", "stage.pull", "--toml", "--plugin-path", valid_plugins}).output,
             StartsWith("[stages.pull]\n") && Contains("\ncounter = \"\"            # fill in: where numbers") &&
                 Contains("# [[schedule]]\n# run = \"pull\"\n"));
}

TEST_CASE("inspect --json has the documented structure") {
  const auto inspected = [](const std::string& type) {
    return nlohmann::json::parse(call({"inspect", type, "--json", "--plugin-path", valid_plugins}).output);
  };
  const nlohmann::json settings = inspected("mock.settings");
  CHECK(settings["type"] == "mock.settings");
  CHECK(settings["reference"] == "Nobody, 2024, equation 0");
  CHECK(settings["schedulable"] == false);
  CHECK(settings["state_version"] == 1);
  CHECK(settings["plugin"]["name"] == "fixture_components");
  CHECK(settings["plugin"]["sdk"] == "0.9");
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
      "fitting": ["mock.counter", "mock.fragile", "mock.null"]}])"));
  CHECK(settings["services"][0]["interface"] == "weft.test.report/1");

  const nlohmann::json pull = inspected("stage.pull");
  CHECK(pull["schedulable"] == true);
  CHECK(pull["streams"] ==
        nlohmann::json::parse(
            R"([{"name": "numbers", "interface": "weft.test.numbers/1", "sentence": "what was pulled"}])"));
  CHECK(pull["metrics"] == nlohmann::json::parse(R"([{"name": "pulled", "unit": "items", "headline": true,
      "averaged": false, "sentence": "the last number"}])"));

  CHECK(complaint({"inspect", "mock.one", "--toml", "--json"}) ==
        "error: --toml and --json exclude each other; give one of them; see 'weft inspect --help'\n");
}
