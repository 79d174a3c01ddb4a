// Standard streams that are closed, full, or whose reader has gone.

#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

namespace {

/// Runs a shell command in which $WEFT is the program.
Finished shell(const Workspace& workspace, const std::string& command) {
  Process process({"/bin/sh", "-c", "WEFT='" WEFT_PROGRAM "'; " + command}, workspace.folder.path());
  const int code = process.wait();
  return {code, process.output()};
}

}  // namespace

TEST_CASE("a full standard output is an error of every command that prints") {
  const Workspace workspace;
  for (const std::string command :
       {"--help", "--version", "run --help", "check walk.toml", "show walk.toml", "plugins --plugin-path components.so",
        "inspect run", "inspect stage.walk --plugin-path components.so --json", "run walk.toml --replace"}) {
    INFO(command);
    const Finished finished = shell(workspace, "exec \"$WEFT\" " + command + " >/dev/full");
    CHECK(finished.code == 4);
    CHECK_THAT(
        finished.output,
        Contains("error: standard output could not be written: its disk is full, or its reader has ended; what was "
                 "printed is incomplete\n"));
  }
}

TEST_CASE("a run with closed standard streams writes what one with open streams writes") {
  const Workspace workspace;
  REQUIRE(workspace.run("open").code == 0);
  for (const std::string closed : {">&- 2>&-", "<&- >&- 2>&-", "2>&-"}) {
    INFO(closed);
    CHECK(shell(workspace, "exec \"$WEFT\" run walk.toml --out closed --replace " + closed).code == 0);
    workspace.check_equal("open", "closed", 50);
  }
}
