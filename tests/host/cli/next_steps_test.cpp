// The commands that a finished run prints.

#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

TEST_CASE("the next commands keep the options of the run; after a resume the only one is to continue") {
  const Workspace workspace;
  const Finished finished = workspace.run("a b/", {"--set", "run.report=5", "--set", "run.name=it's", "--ticks", "9",
                                                   "--seed", "3", "--plugin-path", "components.so"});
  REQUIRE(finished.code == 0);
  const std::string again = "  weft run walk.toml --plugin-path components.so --set run.report=5 --set ";
  CHECK_THAT(finished.output,
             EndsWith("next:\n  weft resume 'a b/' --ticks 18    continue\n" + again +
                      "'run.name=it'\\''s' --ticks 9 --seed 4 --out 'a b_seed_4'    another seed\n" + again +
                      "'run.name=it'\\''s_2' --set KEY=VALUE --ticks 9 --seed 3 --out 'a b_2'    the same with one "
                      "change\n"));
  CHECK_THAT(workspace.resume("a b", {"--ticks", "10"}).output,
             EndsWith("next:\n  weft resume 'a b' --ticks 20    continue\n"));
}

TEST_CASE("the next commands use a component that nothing uses, if there is one") {
  const Workspace workspace("[run]\nname = \"pulling\"\nticks = 2\nplugins = [\"" WEFT_BINARY_FOLDER
                            "/tests/plugins/valid/fixture_components.so\"]\n[components.one]\nuse = \"mock.counter\"\n"
                            "[components.other]\nuse = \"mock.counter\"\n[stages.pull]\nuse = \"stage.pull\"\n"
                            "counter = \"one\"\n[[schedule]]\nrun = \"pull\"\n");
  const Finished finished = workspace.run("a");
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output, Contains("--set run.name=pulling_other --set stages.pull.counter=other"));
  const Finished swapped = workspace.run("b", {"--set", "stages.pull.counter=other"});
  CHECK_THAT(swapped.output, Contains("--set run.name=pulling_one --set stages.pull.counter=one"));
}
