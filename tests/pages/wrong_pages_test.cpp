// The checks of pages are able to fail: each kind of wrong command, graph and block, and what is reported.

#include "page_check.h"
#include "shell.h"
#include "weft/testing/catch.h"

using namespace weft::pages;

namespace {

std::vector<std::string> problems_of(const std::string& text) {
  const Sandbox sandbox;
  return check_page(read_page("page", text), sandbox);
}

/// Each command must be refused with its words.
void check_refused(const std::vector<std::pair<std::string, std::string>>& commands) {
  for (const auto& [command, words] : commands) {
    const auto problems = problems_of("    " + command + "\n");
    INFO(command);
    REQUIRE(problems.size() == 1);
    INFO(problems[0]);
    CHECK(problems[0].rfind("page:1: ", 0) == 0);
    CHECK(problems[0].find(words) != std::string::npos);
  }
}

void check_accepted(const std::string& page) {
  for (const std::string& problem : problems_of(page)) FAIL_CHECK(problem);
}

}  // namespace

TEST_CASE("a page with a wrong command of weft fails") {
  check_refused({
      {"weft run graphs/pendulum_vagram.toml --set stages.fit.loss.itervaml", "stages.fit.loss.itervaml"},
      {"build/bin/weft run graphs/pendulum_vagram.toml --set stages.fit.loss=no_loss", "no_loss"},
      {"weft run graphs/none.toml", "none.toml"},
      {"weft run graphs/pendulum_vagram.toml --sed 1", "--sed"},
      {"weft ran graphs/pendulum_vagram.toml", "ran"},
      {"weft sweep graphs/pendulum_vagram.toml --set stages.fit.loss=mse,no_loss", "no_loss"},
      {"weft sweep graphs/pendulum_study/linear.toml --set stages.fit.loss=mse,no_loss --out s", "no_loss"},
      {"weft check graphs/pendulum_vagram.toml --set components.model.members=0", "members"},
      {"weft inspect loss.none", "loss.none"},
      {"weft new fish my_fish", "fish"},
      {"weft validate build/lib/weft/plugins/none.so", "none.so"},
      {"weft resume runs/pendulum_vagram/0", "no command before this one"},
      {"weft plot runs/pendulum_vagram/0 --metric fit.mse --out a.svg", "no command before this one"},
      {"weft run", "GRAPH is missing"},
      {"weft table GRAPH --metrics NAME", "--metrics"},
      {"weft run GRAPH [--set KEY=VALUE]... [--sed N]", "--sed"},
      {"weft run graphs/pendulum_vagram.toml --set components.model.hidden=[64,x]", "hidden"},
  });
}

TEST_CASE("results are known by what came before them on the page") {
  const std::string sweep =
      "    weft sweep graphs/pendulum_vagram.toml --set stages.fit.loss=mse,vagram --seeds 0..1\n";
  const std::string plot = "    weft plot runs/pendulum_vagram_by_fit.loss --out a.svg --metric ";
  check_accepted(sweep + plot + "fit.value_error\n");
  CHECK(problems_of(sweep + plot + "fit.value_err\n").size() == 1);
  CHECK(problems_of(sweep + plot + "fit.mse --lines stages.fit.epochs\n").size() == 1);
  check_accepted("    weft run graphs/pendulum_vagram.toml --seed 3\n    weft resume runs/pendulum_vagram/3\n");
  check_accepted("    weft run graphs/pendulum_vagram.toml --out x\n    weft table x --metric evaluate.return_mean\n");
}

TEST_CASE("a page with another wrong command fails") {
  check_refused({
      {"frobnicate --all", "a kind that the tests of pages cannot check"},
      {"cmake --preset fast", "fast"},
      {"cmake --build --preset fast", "fast"},
      {"cmake --build build --target nothing_here", "nothing_here"},
      {"ctest --preset dev", "dev"},
      {"ctest --test-dir build -R nothing_here", "nothing_here"},
      {"ctest --test-dir build -L quick", "quick"},
      {"./bootstrap.sh walk", "walk"},
      {"./bootstrap.sh run graphs/none.toml", "none.toml"},
      {"build/tests/no_program -l", "no_program"},
      {"cd no_folder", "no such folder"},
      {"tests/none.sh", "tests/none.sh"},
      {".ci/run --all", "--all"},
      {"graphs/pendulum_study/study.sh --slow", "--slow"},
      {"build/bin/weft_bench --jsn a.json", "jsn"},
      {"build/bin/weft_bench --only sac_256,no_row", "no_row"},
      {"weft run 'graphs/drive.toml", "a quote is not closed"},
  });
  CHECK(problems_of("A sentence with `weft run graphs/none.toml --ticks 5`.\n").size() == 1);
  CHECK(problems_of("| a |\n|---|\n| `weft run graphs/none.toml` |\n").size() == 1);
  CHECK(problems_of("```\nweft run graphs/none.toml\n```\n").size() == 1);
  CHECK(problems_of("```sh\nweft run graphs/none.toml\n```\n").size() == 1);
}

TEST_CASE("a page with a wrong graph fails; what it shows by name is there for the commands after it") {
  const std::string graph = "# mine.toml: mine\nextends = \"graphs/pendulum_vagram.toml\"\n[stages.fit]\nloss = ";
  check_accepted("```toml\n" + graph + "\"mse\"\n```\n\n    weft run mine.toml --ticks 1000\n");
  CHECK(problems_of("```toml\n" + graph + "\"none\"\n```\n").size() == 1);
  CHECK(problems_of("```toml\n[stages.fit\n```\n").size() == 1);
}

TEST_CASE("commands are read as a shell reads them") {
  const auto commands =
      read_commands("A=1 one 'two words' \\\n  \"three\"  # not four\nfive>six && seven | eight 2>&1 nine|ten\n");
  REQUIRE(commands.size() == 4);
  CHECK(commands[0].words == Words{"one", "two words", "three"});
  CHECK(commands[1].words == Words{"five"});
  CHECK(commands[1].line == 2);
  CHECK(commands[2].words == Words{"seven"});
  CHECK(commands[3].words == Words{"eight", "nine|ten"});
}

TEST_CASE("what is no command is left alone") {
  check_accepted(
      "A `weft` of `weft::rl`, `cmake`, `weft plot --map`; text\n    that is indented\n\n```text\nany thing\n```\n");
}
