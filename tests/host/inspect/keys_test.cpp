// `weft inspect run` and `weft inspect schedule`: the keys of the host's own tables, in the forms of a component type.
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/cli/command_plugins.h"
#include "host/graph/keys.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Contains;
using weft::testing::EndsWith;
using weft::testing::StartsWith;

namespace {

std::string inspect(const std::string& name, TypeForm form = TypeForm::text) {
  std::ostringstream out;
  CHECK(inspect_command({name, {}, form}, out) == ExitCode::done);
  return out.str();
}

}  // namespace

TEST_CASE("inspect run and inspect schedule print every key with its range, default, unit and sentence") {
  CHECK_THAT(inspect("run"),
             StartsWith("[run]: The length of a run, its seed, and how often it saves and reports.\n"
                        "\nkeys\n"
                        "  name  (a text; optional)\n"
                        "      names the folder of the run, runs/NAME/SEED; the file's own name when left out\n"
                        "  seed = 0  (a whole number, at least 0)\n") &&
                 Contains("\n  ticks [ticks]  (a whole number, at least 1; required)\n"
                          "      the length of the run\n"
                          "  checkpoint = 0 [ticks]  (a whole number, at least 0)\n") &&
                 Contains("\n  report = 1000 [ticks]  (a whole number, at least 1)\n") &&
                 Contains("\n  plugins = []  (a list of file names)\n"));
  CHECK_THAT(inspect("schedule"),
             StartsWith("[[schedule]]: One entry: which stage runs, and in which ticks.\n"
                        "\nkeys\n"
                        "  run  (a text; required)\n"
                        "      the name of the stage that runs\n"
                        "  from [ticks]  (a whole number, at least 1; optional)\n") &&
                 Contains("\n  at_start = false  (true or false)\n"
                          "      whether the stage also runs once before tick 1\n"
                          "\nrules\n"
                          "  With 'from', an entry fires in ticks from, from + every, from + 2 every and so on; ") &&
                 EndsWith("A file has one or the other.\n"));
}

TEST_CASE("inspect run --toml is a block to paste") {
  CHECK_THAT(inspect("run", TypeForm::toml),
             StartsWith("[run]\n"
                        "# name     = \"\"    # optional: names the folder of the run, runs/NAME/SEED; the file's "
                        "own name when left out (a text)\n"
                        "seed       = 0     # ") &&
                 Contains("\nticks      = \"\"    # fill in: the length of the run [ticks] ("));
  CHECK_THAT(inspect("schedule", TypeForm::toml),
             StartsWith("[[schedule]]\n"
                        "run      = \"\"     # fill in: the name of the stage that runs (a text)\n"
                        "# from   = \"\"     # optional: the first tick in which the entry fires [ticks] (a whole "
                        "number, at least 1)\n"));
}

TEST_CASE("inspect run --json describes the keys as it describes the parameters of a type") {
  for (const KeyTable* table : {&run_keys(), &schedule_keys()}) {
    const auto json = nlohmann::json::parse(inspect(table->name, TypeForm::json));
    CHECK(json.at("table") == table->header);
    CHECK(json.at("summary") == table->summary);
    CHECK(json.at("rules").size() == table->rules.size());
    REQUIRE(json.at("keys").size() == table->rows.size());
    for (std::size_t index = 0; index < table->rows.size(); ++index) {
      CHECK(json.at("keys")[index].at("key") == table->rows[index].key);
      CHECK(json.at("keys")[index].at("sentence") == table->rows[index].sentence);
    }
  }
  const auto run = nlohmann::json::parse(inspect("run", TypeForm::json)).at("keys");
  CHECK(run[0].at("default").is_null());
  CHECK(run[0].at("optional") == true);
  CHECK(run[2].at("optional") == false);
  CHECK(run[2].at("minimum") == 1);
  CHECK(run[4].at("default") == 1000);
  CHECK(run[5].at("kind") == "paths");
  CHECK(run[5].at("default") == nlohmann::json::array());
}

TEST_CASE("a name that is near to run or schedule is answered with it") {
  std::ostringstream out;
  CHECK_THROWS_WITH(inspect_command({"shedule", {}, TypeForm::text}, out), Contains("; did you mean 'schedule'?"));
}
