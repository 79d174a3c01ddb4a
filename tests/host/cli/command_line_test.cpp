// The command line: help, and invalid commands, options and operands.

#include "host/fixtures/bare_program.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

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
  CHECK_THAT(version.output, StartsWith("weft 1.") && Contains(", SDK 0.9, ") && Contains("\ninstruction set: "));
}

TEST_CASE("unknown commands and options get the nearest name") {
  CHECK(complaint({"rnu"}) == "error: unknown command 'rnu'; did you mean 'run'? see 'weft --help'\n");
  CHECK(complaint({"xylophone"}) == "error: unknown command 'xylophone'; see 'weft --help'\n");
  CHECK(complaint({"--versoin"}) == "error: unknown option '--versoin'; did you mean '--version'? see 'weft --help'\n");
  // Abbreviations are not accepted.
  CHECK(complaint({"run", "g", "--tick", "5"}) ==
        "error: unknown option '--tick'; did you mean '--ticks'? see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--tikcs=5"}) ==
        "error: unknown option '--tikcs'; did you mean '--ticks'? see 'weft run --help'\n");
  CHECK(complaint({"check", "g", "--dot"}) == "error: unknown option '--dot'; see 'weft check --help'\n");
}

TEST_CASE("invalid options and operands") {
  CHECK(complaint({"run"}) == "error: GRAPH is missing; see 'weft run --help'\n");
  CHECK(complaint({"run", "a", "b"}) == "error: unexpected argument 'b'; see 'weft run --help'\n");
  CHECK(complaint({"plugins", "a"}) == "error: unexpected argument 'a'; see 'weft plugins --help'\n");
  CHECK(complaint({"run", "g", "--ticks"}) == "error: '--ticks' needs a value; see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--out="}) == "error: '--out' needs a value; see 'weft run --help'\n");
  CHECK(complaint({"run", "g", "--replace=1"}) == "error: '--replace' takes no value; see 'weft run --help'\n");
  CHECK(complaint({"sweep", "g", "--pack", "2"}) == "error: --pack needs --on slurm; see 'weft sweep --help'\n");
  CHECK(complaint({"sweep", "g", "--on", "slurm", "--jobs", "2"}) ==
        "error: --jobs cannot be used with --on slurm, which decides that; see 'weft sweep --help'\n");
  CHECK(complaint({"sweep", "g", "--on", "cloud"}) == "--on cloud: error: expected 'slurm'\n");
  CHECK(complaint({"slurm-element", "f", "x"}) == "x: error: expected the number of an element\n");
  CHECK(complaint({"run", "g", "--seed", "1", "--seed", "2"}) ==
        "error: '--seed' is given more than once; see 'weft run --help'\n");
  const auto number = [](const std::string& option, const std::string& value, const std::string& first) {
    CHECK(complaint({"run", "g", "--" + option + "=" + value}) == "error: --" + option + " is '" + value +
                                                                      "'; expected a whole number, at least " + first +
                                                                      "; see 'weft run --help'\n");
  };
  number("seed", "-1", "0");
  number("seed", "99999999999999999999", "0");
  number("ticks", "0", "1");
  number("ticks", "5x", "1");
  number("threads", "two", "1");
}

TEST_CASE("help is a command, too") {
  const auto output = [](const std::vector<std::string>& arguments) {
    const Finished finished = run_weft(arguments, TemporaryFolder().path());
    CHECK(finished.code == 0);
    return finished.output;
  };
  CHECK(output({"help"}) == output({"--help"}));
  CHECK(output({"help", "run"}) == output({"run", "--help"}));
  CHECK_THAT(output({"help", "new"}), Contains("KIND is what the plugin provides: env, loss, model, agent or stage."));
  CHECK_THAT(output({"help", "check"}), Contains("Read 'plugins' in [run] first."));
  CHECK_THAT(output({"help"}), Contains("134 SIGABRT, 139 SIGSEGV"));
}

TEST_CASE("names that are not UTF-8 are refused before anything is written") {
  const TemporaryFolder folder;
  const fs::path other = folder.path() / "caf\xe9";
  fs::create_directory(other);
  const Finished in_folder = call_in(other, {"check", "graph.toml"});
  CHECK(in_folder.code == 2);
  CHECK_THAT(in_folder.output, Contains("error: the working directory '") && Contains("caf\\xe9' is not UTF-8"));
  const Finished argument = call_in(folder.path(), {"run", "caf\xe9/graph.toml"});
  CHECK(argument.code == 2);
  CHECK(argument.output ==
        "error: the argument 'caf\\xe9/graph.toml' is not UTF-8, as the files of a run are, which name it; rename "
        "it\n");
  CHECK(call_in(folder.path(), {"plugins", "--plugin-path", "caf\xc3\xa9"}).output.find("UTF-8") == std::string::npos);
}
