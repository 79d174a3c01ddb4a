// `weft check` and `weft show`.
#include <sstream>

#include "host/cli/command_graph.h"
#include "host/graph/graph_text.h"

using namespace weft::host;
using namespace weft::testing;

TEST_CASE("check prints the wiring and the notes, and makes the components") {
  const GraphText text(base_graph);
  std::ostringstream out;
  CHECK(check_command({text.path("graph.toml"), {}, {graph_plugins}, false}, out) == ExitCode::done);
  CHECK(text.cut(out.str()) ==
        "graph: 100 ticks, seed 0\n"
        "\n"
        "components, in the order in which they are created (<- a service, <= a stream)\n"
        "  clock   mock.clock\n"
        "  dial    mock.dial     clock <- clock.time\n"
        "  source  stage.source  clock <- clock.time\n"
        "  store   stage.store   in    <= source.numbers\n"
        "  work    stage.work    data  <- store.rows\n"
        "\n"
        "schedule of one tick\n"
        "  source  every tick              => store\n"
        "  work    every 20 ticks from 10\n"
        "\n"
        "graph.toml:6:1: note: 'dial' (mock.dial) is not used\n"
        "graph.toml: ok\n");
  try {
    check_command({text.path("graph.toml"), {{"components.dial.label=wrong"}, {}, {}, false}, {graph_plugins}, false},
                  out);
    FAIL("no error");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::wrong_input);
    CHECK(std::string(failure.what()).starts_with("--set components.dial.label=wrong: error: 'label' of "));
    CHECK(std::string(failure.what()).ends_with("nobody would read that"));
  }
}

TEST_CASE("check prints what components log while they are made") {
  const GraphText text(base_graph);
  std::ostringstream out;
  CHECK(check_command(
            {text.path("graph.toml"), {{"components.dial.label=loud"}, {}, {}, false}, {graph_plugins}, false}, out) ==
        ExitCode::done);
  CHECK_THAT(text.cut(out.str()), Contains("graph.toml:6:1: note: dial: this label is loud\n"));
}

TEST_CASE("show draws for Graphviz") {
  const GraphText text(base_graph);
  std::ostringstream out;
  CHECK(show_command({text.path("graph.toml"), {}, {graph_plugins}, true}, out) == ExitCode::done);
  CHECK(out.str().starts_with("digraph \"graph\" {\n"));
  CHECK(out.str().find("  dial [label = \"dial\\nmock.dial\", color = gray, fontcolor = gray]\n") != std::string::npos);
  CHECK(out.str().find("  work [label = \"work\\nstage.work\\nevery 20 ticks from 10\", style = rounded]\n") !=
        std::string::npos);
  CHECK(out.str().find("  clock -> source [label = \"clock: time\"]\n") != std::string::npos);
  CHECK(out.str().find("  source -> store [label = \"in: numbers\", style = bold]\n") != std::string::npos);
}
