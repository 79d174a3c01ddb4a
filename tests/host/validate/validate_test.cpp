// `weft validate` as an author types it, with plugins that have every fault.
#include <poll.h>

#include <nlohmann/json.hpp>

#include "host/fixtures/plugin_folders.h"
#include "support/process.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using weft::testing::bad_plugins;
using weft::testing::Contains;
using weft::testing::deadly_plugins;
using weft::testing::ends_plugin;
using weft::testing::Equals;
using weft::testing::Finished;
using weft::testing::habits_plugin;
using weft::testing::StartsWith;
using weft::testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const bool sanitized = std::string(WEFT_SANITIZER) != "none";

/// Runs a copy of the program without plugins beside it, so that only the named plugin is loaded.
Finished validate(std::vector<std::string> arguments) {
  static const TemporaryFolder folder;
  const fs::path program = folder.path() / "bin/weft";
  if (!fs::exists(program)) {
    fs::create_directory(program.parent_path());
    fs::copy(WEFT_PROGRAM, program);
  }
  arguments.insert(arguments.begin(), {program.string(), "validate"});
  weft::testing::Process process(arguments, folder.path());
  const int code = process.wait();
  return {code, process.output()};
}

/// The lines about one type that report anything but success.
std::string problems(const std::string& output, const std::string& type) {
  std::istringstream lines(output.substr(std::min(output.size(), output.find("\n" + type + "\n") + 1)));
  std::string line, found;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.empty())
    if (line.rfind("  passed ", 0) != 0 && line != "  skipped  slots: the type has no slots")
      found += line.substr(2) + "\n";
  return found;
}

/// Validated once for all tests.
const Finished& result() {
  static const Finished finished = validate({habits_plugin, "--time-limit", "2"});
  return finished;
}

std::string problems(const std::string& type) { return problems(result().output, type); }

const std::string unused = "skipped  all other tests but checks: it cannot be used\n";
const std::string unmade = "skipped  all other tests: it cannot be made\n";

}  // namespace

TEST_CASE("a correct component passes every test; a failed test makes the exit code 4") {
  CHECK(result().code == 4);
  CHECK_THAT(result().output, StartsWith("habits 1.0.0 (MIT): " + habits_plugin +
                                         "\n  passed   loaded: fingerprint, entry "
                                         "and tables\n\nstage.correct\n  passed   description\n  passed   made\n"));
  CHECK(problems("stage.correct").empty());
  for (const char* test :
       {"used", "bounds", "heap", "same_numbers", "continues", "bad_state", "process", "check.neighbors"})
    CHECK_THAT(result().output, Contains("  passed   " + std::string(test) + "\n"));
}

TEST_CASE("a component that ends its process or never returns fails that test, and the next one runs") {
  CHECK_THAT(problems("stage.exit"),
             Equals("FAILED   used: the process called exit(0) while using it\n" + unused +
                    "FAILED   check.neighbors: the process called exit(0) while checking it\n"));
  CHECK_THAT(problems("stage.hang"), Equals("FAILED   used: did not end within 2 s while using it\n" + unused +
                                            "FAILED   check.neighbors: did not end within 2 s while checking it\n"));
  CHECK_THAT(
      problems("stage.abort"),
      Contains("FAILED   used: the process crashed with SIGABRT (Aborted) while using it; it printed: no table"));
  CHECK_THAT(problems("stage.raise"), Equals("FAILED   used: there is nothing to count; begin earlier\n" + unused +
                                             "FAILED   check.neighbors: there is nothing to count; begin earlier\n"));
  CHECK_THAT(problems("stage.null"), Contains("FAILED   made: stage 'subject' (stage.null) of habits.so: its factory "
                                              "returned null; a component was expected") &&
                                         Contains(unmade));
  if (sanitized) return;  // a sanitizer ends a process that crashes in its own way
  CHECK_THAT(problems("stage.crash"),
             Contains("FAILED   used: the process crashed with SIGSEGV (Segmentation fault) while using it\n"));
  CHECK_THAT(problems("stage.crash_made"),
             Equals("FAILED   made: the process crashed with SIGSEGV (Segmentation fault) while creating it with its "
                    "defaults\n" +
                    unmade));
}

TEST_CASE("each fault is found by its test and by no other") {
  CHECK_THAT(
      problems("stage.forget"),
      Equals("FAILED   continues: a component that continued from the saved state recorded 'subject number 2'; the "
             "first component recorded 'subject number 4'\nskipped  bad_state: the type saves no state\n"));
  CHECK_THAT(problems("stage.clock"), StartsWith("FAILED   same_numbers: a second component with the same seed "
                                                 "recorded 'subject number "));
  CHECK_THAT(problems("stage.threads"),
             Equals("FAILED   same_numbers: a component with 3 threads recorded 'subject number 5'; the first "
                    "component recorded 'subject number 3'\n"));
  CHECK_THAT(problems("stage.accept"), Equals("FAILED   bad_state: load() accepts a state whose array 'subject.values' "
                                              "is truncated; it must throw Error\n"));
  CHECK_THAT(problems("stage.unread"),
             StartsWith("FAILED   continues: load() does not read the array 'subject.more' that save() wrote\n"));
  CHECK_THAT(problems("stage.narrow"),
             Equals("FAILED   bounds: the table allows from = 10, but the constructor rejects it ('from' of stage "
                    "'subject' (stage.narrow) of habits.so: 10 is too many): put the bound into the table, or, if two "
                    "keys conflict, name both in the error\n"));
  CHECK_THAT(
      problems("stage.blame"),
      Equals(
          "FAILED   bounds: the table allows from = 10, but the constructor rejects it ('at' of stage "
          "'subject' (stage.blame) of habits.so: no value is accepted): put the bound into the table, or, if two keys "
          "conflict, name both in the error\n"));
  CHECK(problems("stage.match").empty());
  CHECK_THAT(problems("stage.folder"),
             StartsWith("FAILED   process: since it was used, the working directory changed from '"));
  CHECK_THAT(problems("stage.skip"), Equals("FAILED   check.neighbors: after 4 came 6\n"));
  CHECK_THAT(
      problems("mock.lonely"),
      Equals("skipped  made: slot 'report' of mock.lonely needs weft.test.report/1, but no loaded plugin offers it "
             "in a component that can be created; add a plugin that does with --plugin-path\n" +
             unmade));
  CHECK_THAT(problems("mock.untrue"),
             StartsWith("FAILED   description: the default of 'rows' of mock.untrue must be a whole number, at least "
                        "1; found 0; this is an error in the plugin: change it in describe()\n"));
  if (sanitized) return;  // it has a heap of its own
  CHECK_THAT(problems("stage.leak"), StartsWith("FAILED   heap: it leaks about "));
}

TEST_CASE("--json prints the same as an object, with the same exit code") {
  const Finished finished = validate({ends_plugin, "--json", "--time-limit", "1"});
  CHECK(finished.code == 4);
  const auto object = nlohmann::json::parse(finished.output);
  CHECK(object["plugin"]["name"] == "ends");
  CHECK(object["tests"][0] ==
        nlohmann::json{{"test", "loaded: fingerprint, entry and tables"}, {"verdict", "passed"}, {"message", ""}});
  const nlohmann::json& type = object["types"][0];
  CHECK(type["type"] == "stage.hang_made");
  CHECK(type["tests"][1]["verdict"] == "failed");
  CHECK(type["tests"][1]["message"] ==
        "did not end within 1 s while creating it with its defaults; it printed: hanging");
  CHECK(type["tests"][2]["verdict"] == "skipped");
  int failed = 0;
  for (const auto& each : object["types"])
    for (const auto& test : each["tests"]) failed += test["verdict"] == "failed" ? 1 : 0;
  CHECK(object["failed"] == failed);
}

TEST_CASE("parameters of any component are given with --set") {
  const Finished set = validate({habits_plugin, "--set", "stage.raise.at=9", "--set", "stage.hang.at=9"});
  CHECK(problems(set.output, "stage.raise").empty());
  CHECK_THAT(validate({habits_plugin, "--set", "stage.rais.at=9"}).output,
             Equals("error: --set stage.rais.at=9: there is no component type 'stage.rais'; did you mean "
                    "'stage.raise'?\n"));
  const Finished bad = validate({habits_plugin, "--set", "at=9"});
  CHECK(bad.code == 2);
  CHECK_THAT(bad.output, Equals("error: --set at=9: expected TYPE.KEY=VALUE\n"));
}

TEST_CASE("a plugin that does not load or ends the process while loading is exit code 3") {
  const auto refusal = [](const std::string& file) {
    const Finished finished = validate({file, "--time-limit", "1"});
    CHECK(finished.code == 3);
    return finished.output;
  };
  CHECK_THAT(refusal("/nowhere/x.so"), Equals("error: /nowhere/x.so: there is no such file; check the name\n"));
  CHECK_THAT(refusal(bad_plugins + "/null_entry.so"), Contains("its entry returned null"));
  const std::string hint = "; check its static objects and the describe() of its types\n";
  const std::string loaded = ": the process that loaded it ";
  CHECK_THAT(refusal(deadly_plugins + "/exiting_entry.so"),
             Equals("error: " + deadly_plugins + "/exiting_entry.so" + loaded + "called exit(0)" + hint));
  CHECK_THAT(
      refusal(deadly_plugins + "/hanging_entry.so"),
      Equals("hanging\nerror: " + deadly_plugins + "/hanging_entry.so" + loaded + "did not end within 1 s" + hint));
  CHECK_THAT(refusal(deadly_plugins + "/aborting_entry.so"),
             Contains(loaded + "crashed with SIGABRT (Aborted)" + hint));
  const Finished nothing = validate({});
  CHECK(nothing.code == 2);
  CHECK_THAT(nothing.output, Equals("error: PLUGIN is missing; see 'weft validate --help'\n"));
}

TEST_CASE("an interrupt leaves no process behind that hangs in a plugin") {
  int held[2];  // inherited by every process that the test starts
  REQUIRE(pipe(held) == 0);
  const TemporaryFolder folder;
  weft::testing::Process process({WEFT_PROGRAM, "validate", deadly_plugins + "/hanging_entry.so"}, folder.path());
  close(held[1]);
  while (process.output().find("hanging") == std::string::npos)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  CHECK(process.wait(20) == 128 + SIGINT);
  pollfd watched{held[0], 0, 0};
  CHECK(poll(&watched, 1, 20'000) == 1);
  CHECK(watched.revents == POLLHUP);
  close(held[0]);
}
