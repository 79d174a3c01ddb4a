// Graphs that extend another.
#include "host/graph/graph.h"
#include "host/graph/graph_text.h"
#include "host/graph/text.h"

using namespace weft::host;
using namespace weft::testing;

TEST_CASE("a variant contains only what differs") {
  GraphText text("extends = 'base.toml'\n[run]\nseed = 4\n[components.dial]\ndigits = 2\n");
  text.add("base.toml", base_graph);
  const Graph graph = text.check();
  CHECK(graph.run.name == "graph");
  CHECK(graph.run.ticks == 100);
  CHECK(graph.run.seed == 4);
  CHECK(get<int64_t>(graph, "dial", "digits") == 2);
  CHECK(get<double>(graph, "clock", "speed") == 2.5);
  CHECK(graph.schedule.size() == 2);
  CHECK(text.cut(graph.find("dial")->key_places.at("digits").file) == "graph.toml");
  CHECK(text.cut(graph.find("dial")->key_places.at("clock").file) == "base.toml");
}

TEST_CASE("a schedule in a variant replaces the whole schedule of the base") {
  GraphText text("extends = 'base.toml'\n[[schedule]]\nrun = 'source'\nevery = 3\n");
  text.add("base.toml", base_graph);
  const Graph graph = text.check();
  REQUIRE(graph.schedule.size() == 1);
  CHECK(graph.schedule[0].every == 3);
}

TEST_CASE("inherited keys are dropped with their type, others must exist") {
  GraphText text(
      "extends = 'base.toml'\n[components.clock]\nuse = 'mock.twins'\n[components.dial]\nclock = 'clock.left'\n"
      "[stages.source]\nclock = 'clock.right'\n");
  text.add("base.toml", base_graph);
  const Graph graph = text.check();
  CHECK(
      notes_of(text, graph)
          .starts_with("base.toml:5:1: note: 'speed' is dropped: 'clock' is now mock.twins, which does not take it\n"));
  CHECK(to_toml(graph).find("speed") == std::string::npos);

  text.add("graph.toml", "extends = 'base.toml'\n[components.clock]\nuse = 'mock.clock'\nsped = 1.0\n");
  CHECK(text.errors().find(
            "graph.toml:4:1: error: unknown key 'sped'; mock.clock takes 'use' and 'speed'; did you mean 'speed'?") ==
        0);
  // Repeating the same type changes nothing: unknown keys of the base are errors, too.
  text.add("base.toml", base_graph + "[components.more]\nuse = 'mock.clock'\nfast = true\n");
  text.add("graph.toml", "extends = 'base.toml'\n[components.more]\nuse = 'mock.clock'\n");
  CHECK(text.errors().find("unknown key 'fast'") != std::string::npos);
}
