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
  CHECK_THAT(notes_of(text, graph),
             Contains("graph.toml:2:3: note: this schedule replaces the inherited one: 'work' is no longer in "
                      "it. Tables such as [schedule.work] change single entries instead\n"));
}

TEST_CASE("a base beside a linked folder is the one that the system finds") {
  GraphText text("");
  fs::create_directories(text.path("real/sub"));
  fs::create_directory_symlink(text.path("real/sub"), text.path("link"));
  text.add("real/base.toml", base_graph);
  text.add("base.toml", "not a graph");
  text.add("real/sub/variant.toml", "extends = '../base.toml'\n[components.dial]\ndigits = 2\n");
  CHECK(get<int64_t>(check(text.path("link/variant.toml")), "dial", "digits") == 2);
}

TEST_CASE("a graph that is far too large, and a chain that is far too long, are refused") {
  GraphText text("");
  fs::resize_file(text.path("graph.toml"), std::uintmax_t{3} << 30);  // sparse
  CHECK_THAT(text.errors(), Contains("it has 3221225472 bytes; graphs have at most 16777216"));
  text.add("0.toml", base_graph);
  for (int index = 1; index <= 101; ++index)
    text.add(std::to_string(index) + ".toml", "extends = '" + std::to_string(index - 1) + ".toml'\n");
  CHECK_NOTHROW(check(text.path("99.toml")));
  CHECK_THROWS_WITH(check(text.path("101.toml")), Contains("more than 100 graphs extend each other"));
}

TEST_CASE("[schedule.STAGE] changes an inherited entry or adds one") {
  GraphText text(
      "extends = 'base.toml'\n[schedule.work]\nfrom = 7\nuntil = 60\n[schedule.source]\nafter = 'work'\nat = 40\n");
  text.add("base.toml", base_graph);
  const Graph graph = text.check();
  REQUIRE(graph.schedule.size() == 3);
  CHECK(graph.schedule[0].run == "source");
  CHECK((graph.schedule[1].run == "work" && graph.schedule[1].from == 7 && graph.schedule[1].until == 60));
  CHECK(graph.schedule[1].every == 20);
  CHECK((graph.schedule[2].run == "source" && graph.schedule[2].at == 40));
  CHECK_FALSE(graph.schedule[2].from);

  // 'at' and the keys of a repeated entry replace each other.
  text.add("graph.toml", "extends = 'base.toml'\n[schedule.work]\nat = 40\n");
  const Graph once = text.check();
  CHECK((once.schedule[1].at == 40 && !once.schedule[1].from));
  text.add("second.toml", "extends = 'graph.toml'\n[schedule.work]\nevery = 5\n");
  const Graph again = check(text.path("second.toml"));
  CHECK((!again.schedule[1].at && again.schedule[1].every == 5));
}

TEST_CASE("errors of [schedule.STAGE] have their places") {
  GraphText text("");
  text.add("base.toml", base_graph + "[[schedule]]\nrun = 'source'\n");
  const auto errors = [&](const std::string& more) {
    text.add("graph.toml", "extends = 'base.toml'\n" + more);
    return text.errors();
  };
  CHECK(errors("[schedule.wrk]\nevery = 2\n") ==
        "graph.toml:2:11: error: the inherited schedule does not run 'wrk'; it runs 'source', 'work' and 'source'; did "
        "you mean 'work'?; to add an entry, say after which one: after = \"NAME\"");
  CHECK(errors("[schedule.source]\nevery = 2\n") ==
        "graph.toml:2:11: error: the inherited schedule has 2 entries for 'source', so that [schedule.source] is "
        "ambiguous; write the whole schedule with [[schedule]]");
  CHECK(errors("[schedule.work]\nrun = 'work'\n") ==
        "graph.toml:3:1: error: [schedule.work] takes no 'run': its name says which stage runs");
  CHECK(errors("[schedule.work]\nafter = 'store'\n") ==
        "graph.toml:3:9: error: 'after' of [schedule.work] must be a stage of the inherited schedule, 'source', 'work' "
        "and 'source'; found \"store\"");
  CHECK(errors("[schedule]\nwork = 3\n") ==
        "graph.toml:3:1: error: 'schedule.work' must be a table, [schedule.work]; found 3");
  CHECK(errors("[schedule.work]\nat = 3\nevery = 2\n") ==
        "graph.toml:4:1: error: 'every' and 'at' exclude each other: an entry with 'at' fires once");
  CHECK_THAT(errors("[[schedule]]\nrun = 'source'\n[schedule.work]\nevery = 2\n"),
             Contains("graph.toml:4:11: error: [schedule.work] below [[schedule]]: a file has either"));
}

TEST_CASE("a run in which no stage would ever run is refused") {
  const GraphText text(base_graph + "");
  CHECK(text.errors({{"schedule.work.from=99", "schedule.source.from=99"}, {}, 50, false}) ==
        "graph.toml:20:3: error: no stage would ever run in ticks 1 to 50; raise the number of ticks");
  CHECK(text.errors({{"schedule.work.from=99", "schedule.source.from=99"}, {}, 50, true}) == "no error");
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
