// Graphs changed by options: --set, --seed and --ticks.
#include "host/graph/graph.h"

#include "host/graph/graph_text.h"

namespace fs = std::filesystem;
using namespace weft::host;
using namespace weft::testing;

TEST_CASE("a type changed by an option drops the keys that the files give it") {
  const GraphText text(base_graph);
  const Graph graph = text.check(
      {{"components.clock.use=mock.twins", "components.dial.clock=clock.left", "stages.source.clock=clock.right"},
       {},
       {},
       false});
  CHECK(notes_of(text, graph).find("'speed' is dropped") != std::string::npos);
  CHECK(graph.find("dial")->wires.at("clock").offer == "left");
}

TEST_CASE("options are read as the type of their key") {
  const GraphText text(base_graph);
  const Graph graph =
      text.check({{"components.dial.label=a = b", "components.dial.form=square", "components.dial.marks=[64, 64]",
                   "components.dial.bright=true", "components.dial.glow={ from = 0, to = 1, between = [5, 10] }",
                   "components.dial.hands=3", "components.dial.picture=x.png", "run.name=other",
                   "stages.work.data=store.rows", "schedule.work.every=25"},
                  9,
                  500,
                  false});
  CHECK(get<std::string>(graph, "dial", "label") == "a = b");
  CHECK(get<std::string>(graph, "dial", "form") == "square");
  CHECK(get<std::vector<int64_t>>(graph, "dial", "marks") == std::vector<int64_t>{64, 64});
  CHECK(get<bool>(graph, "dial", "bright"));
  CHECK(get<weft::Ramp>(graph, "dial", "glow").end == 10);
  CHECK(get<weft::Ramp>(graph, "dial", "hands").at(1) == 3.0);
  CHECK(get<std::string>(graph, "dial", "picture") == (fs::current_path() / "x.png").string());
  CHECK(graph.run.name == "other");
  CHECK(graph.run.seed == 9);
  CHECK(graph.run.ticks == 500);
  CHECK(graph.schedule[1].every == 25);
  CHECK(get<std::string>(text.check({{"components.dial.label='5'"}, {}, {}, false}), "dial", "label") == "5");
  CHECK(get<std::string>(text.check({{"components.dial.label=5"}, {}, {}, false}), "dial", "label") == "5");
}

TEST_CASE("options that match nothing are refused with a reason") {
  const GraphText text(base_graph + "[[schedule]]\nrun = 'source'\nfrom = 2\n");
  const auto error = [&](const std::string& set) { return text.errors({{set}, {}, {}, false}); };
  CHECK(error("components.dail.digits=3") ==
        "--set components.dail.digits=3: error: the graph has no 'components.dail', and --set cannot add it; did you "
        "mean 'components.dial'?");
  CHECK(error("components.work.epochs=3") ==
        "--set components.work.epochs=3: error: the graph has no 'components.work', and --set cannot add it; did you "
        "mean 'stages.work'?");
  CHECK(error("components.lamp.use=mock.dial") ==
        "--set components.lamp.use=mock.dial: error: the graph has no 'components.lamp', and --set cannot add it; "
        "add it in a graph that extends this one");
  const std::string ramp = "components.dial.glow={ from = 0.0, to = 1.95, between = [0, 20] }";
  CHECK(error(ramp) ==
        "--set " + ramp + ": error: 'glow': 'to' must be a finite number, at least 0 and at most 1; found 1.95");
  CHECK(error("components.dial.digit=3")
            .starts_with("--set components.dial.digit=3: error: unknown key 'digit'; mock.dial takes 'use', "));
  CHECK(error("components.dial.digit=3").ends_with("; did you mean 'digits'?"));
  CHECK(error("components.dial.digits=many") ==
        "--set components.dial.digits=many: error: 'digits' of mock.dial must be a whole number, at least 1 and at "
        "most 9; found 'many'");
  CHECK(error("schedule.wrk.every=3") ==
        "--set schedule.wrk.every=3: error: the schedule does not run 'wrk'; it runs 'source', 'work' and 'source'; "
        "did you mean 'work'?");
  CHECK(error("schedule.source.every=3") ==
        "--set schedule.source.every=3: error: the schedule has 2 entries for 'source', so that --set is ambiguous; "
        "change "
        "them in a graph that extends this one");
  const std::string forms =
      "error: expected run.KEY=VALUE, components.NAME.KEY=VALUE, stages.NAME.KEY=VALUE or schedule.STAGE.KEY=VALUE";
  CHECK(error("ticks=3") == "--set ticks=3: " + forms);
  CHECK(error("run.ticks") == "--set run.ticks: " + forms);
  CHECK(error("components.dial.=3") == "--set components.dial.=3: " + forms);
  CHECK(text.errors({{}, {}, 0, false}) ==
        "--ticks 0: error: 'ticks' of [run] must be a whole number, at least 1; found 0");
}
