// The files that components read and write besides those of the run.

#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

namespace {

std::string graph_with(const std::string& line) {
  std::string graph = walking_graph;
  const std::string stage = "[stages.alice]\n";
  graph.insert(graph.find(stage) + stage.size(), line + "\n");
  return graph;
}

}  // namespace

TEST_CASE("a graph's outputs lie below the folder of each run, and --replace deletes them") {
  const Workspace workspace(graph_with("out = 'tables/place.txt'"));
  REQUIRE(workspace.run("a", {"--seed", "1"}).code == 0);
  REQUIRE(workspace.run("b", {"--seed", "2"}).code == 0);
  const std::string first = workspace.text("a/files/tables/place.txt");
  CHECK(first != workspace.text("b/files/tables/place.txt"));
  CHECK_FALSE(fs::exists(workspace.path("tables")));
  CHECK_THAT(workspace.text("a/graph.toml"), Contains("out = \"tables/place.txt\"\n"));

  write_file(workspace.path("a/files/thesis.tex"), "years of work");
  const Finished refused = workspace.run("a", {"--replace"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("a/files/thesis.tex', which Weft did not write"));
  CHECK(workspace.text("a/files/tables/place.txt") == first);
  fs::remove(workspace.path("a/files/thesis.tex"));
  REQUIRE(workspace.run("a", {"--replace", "--seed", "2"}).code == 0);
  CHECK(workspace.text("a/files/tables/place.txt") == workspace.text("b/files/tables/place.txt"));
}

TEST_CASE("a graph file cannot name an output elsewhere; the command line can, and nothing is overwritten silently") {
  for (const char* out : {"../x/.bashrc", "/etc/passwd", "a/../../b", "a/"}) {
    const Workspace workspace(graph_with("out = '" + std::string(out) + "'"));
    const Finished refused = workspace.run("a");
    CHECK(refused.code == 2);
    CHECK_THAT(refused.output,
               Contains("'out' of stage.walk must be the name of a file below the run's folder, relative "
                        "and without '..' (--set may name any); found "));
    CHECK_FALSE(fs::exists(workspace.path("a")));
  }
  const Workspace workspace;
  const std::string set = "stages.alice.out=../" + workspace.folder.path().filename().string() + "/place.txt";
  REQUIRE(workspace.run("a", {"--set", set}).code == 0);
  const std::string first = workspace.text("place.txt");
  const Finished again = workspace.run("b", {"--set", set, "--seed", "5"});
  CHECK(again.code == 2);
  CHECK_THAT(again.output, Contains("--set " + set + ": error: the file ") &&
                               Contains("exists; 'alice' would overwrite it; name another file, or allow it with "
                                        "--replace\n"));
  CHECK(workspace.text("place.txt") == first);
  CHECK(workspace.run("b", {"--set", set, "--seed", "5", "--replace"}).code == 0);
  CHECK(workspace.text("place.txt") != first);
  // The folder of a run may come from a stranger, too.
  CHECK(workspace.resume("a", {"--ticks", "60"}).code == 2);
  CHECK(workspace.resume("a", {"--ticks", "60", "--set", set}).code == 0);
}

TEST_CASE("a file that changed since the checkpoint was saved is refused unless it is named again") {
  const Workspace workspace(graph_with("file = 'rows.txt'"));
  write_file(workspace.path("rows.txt"), "1 2 3\n");
  REQUIRE(workspace.run("a", {"--ticks", "20"}).code == 0);
  CHECK_THAT(workspace.text("a/build.txt"), Contains("\ninput stages.alice.file: "));
  REQUIRE(workspace.resume("a", {"--ticks", "30"}).code == 0);
  write_file(workspace.path("rows.txt"), "100 200 300\n");
  const Finished refused = workspace.resume("a", {"--ticks", "40"});
  CHECK(refused.code == 2);
  CHECK_THAT(
      refused.output,
      Contains("was saved by a run that read another file as stages.alice.file: its checksum was ") &&
          Contains("; restore the file, or name it with --set stages.alice.file=FILE to continue all the same\n"));
  const Finished accepted = workspace.resume("a", {"--ticks", "40", "--set", "stages.alice.file=rows.txt"});
  CHECK(accepted.code == 0);
  CHECK_THAT(accepted.output, Contains("--set names it, so the run continues with that\n"));
  const Finished other = workspace.resume("a", {"--ticks", "50", "--set", "stages.alice.nap=3"});
  CHECK(other.code == 2);
  CHECK_THAT(other.output, Contains("a run continues with the settings that it began with; only the names of files"));
}

TEST_CASE("a run that was moved together with its files finds them, and its plugins") {
  const Workspace workspace(graph_with("file = 'rows.txt'"));
  write_file(workspace.path("rows.txt"), "1 2 3\n");
  REQUIRE(workspace.run("runs/a", {"--ticks", "20"}).code == 0);
  const TemporaryFolder other;
  for (const char* name : {"runs", "rows.txt", "components.so"}) fs::rename(workspace.path(name), other.path() / name);
  const Finished moved = run_weft({"resume", "runs/a", "--ticks", "30"}, other.path());
  CHECK(moved.code == 0);
  CHECK_THAT(moved.output,
             Contains("note: there is no '" + workspace.path("rows.txt").string() + "'; the run was moved, and '") &&
                 Contains("rows.txt' lies in the same place relative to its folder\n"));
  REQUIRE(run_weft({"resume", "runs/a", "--ticks", "40"}, other.path()).code == 0);
}
