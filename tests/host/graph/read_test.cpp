// What is read from a graph, the order in which components are made, and the resolved graph as text.
#include "host/graph/graph.h"
#include "host/graph/graph_text.h"
#include "host/graph/source.h"
#include "host/graph/text.h"

namespace fs = std::filesystem;
using namespace weft::host;
using namespace weft::testing;

TEST_CASE("everything in a graph file is in the result") {
  const Graph graph = check(graphs / "complete.toml");
  CHECK(graph.run.name == "complete");
  CHECK(graph.run.seed == 0);
  CHECK(graph.run.ticks == 1000);
  CHECK(graph.run.checkpoint == 0);
  CHECK(graph.run.report == 1000);
  CHECK(get<bool>(graph, "dial", "bright"));
  CHECK(get<int64_t>(graph, "dial", "digits") == 5);
  CHECK(get<double>(graph, "dial", "angle") == 0.25);
  CHECK(get<std::string>(graph, "dial", "label") == "noon\t\"sharp\"");
  CHECK(get<std::string>(graph, "dial", "form") == "square");
  CHECK(get<std::vector<int64_t>>(graph, "dial", "marks") == std::vector<int64_t>{0, 12});
  CHECK(get<std::vector<double>>(graph, "dial", "colors") == std::vector<double>{1.0, 0.5, 0.0});
  CHECK(get<std::string>(graph, "dial", "picture") == (graphs / "face.png").string());
  const auto glow = get<weft::Ramp>(graph, "dial", "glow");
  CHECK(glow.at(10) == 0.0);
  CHECK(glow.at(15) == 0.25);
  CHECK(glow.at(20) == 0.5);
  CHECK(get<weft::Ramp>(graph, "dial", "hands").integer_at(4) == 1);
  CHECK(get<weft::Ramp>(graph, "dial", "hands").integer_at(5) == 3);
  CHECK(get<int64_t>(graph, "store", "capacity") == 100);  // a default

  const auto& wires = graph.find("store")->wires;
  CHECK(wires.at("in").component == "source");
  CHECK(wires.at("in").offer == "numbers");
  CHECK(graph.find("work")->wires.at("data").offer == "rows");
  CHECK(graph.find("work")->stage);
  CHECK_FALSE(graph.find("clock")->stage);
  CHECK(graph.find("dial")->key_places.at("digits").line == 12);
  CHECK(graph.find("dial")->key_places.at("digits").column == 11);
  CHECK(graph.find("dial")->key_places.count("speed") == 0);

  REQUIRE(graph.schedule.size() == 2);
  CHECK(graph.schedule[0].fires_at(1));
  CHECK(graph.schedule[1].times == 2);
  CHECK(graph.schedule[1].at_start);
  CHECK_FALSE(graph.schedule[1].fires_at(50));
  CHECK(graph.schedule[1].fires_at(100));
  CHECK_FALSE(graph.schedule[1].fires_at(120));
}

TEST_CASE("components are made after those they are wired to, otherwise by name") {
  const Graph graph = GraphText(
                          "[run]\nticks = 1\n"
                          "[components.a]\nuse = 'mock.dial'\nclock = 'z'\n"
                          "[components.b]\nuse = 'mock.clock'\n"
                          "[components.z]\nuse = 'mock.clock'\n"
                          "[stages.c]\nuse = 'stage.source'\nclock = 'z'\n"
                          "[stages.d]\nuse = 'stage.store'\nin = 'c'\n"
                          "[[schedule]]\nrun = 'c'\n")
                          .check();
  std::string order;
  for (const ComponentNode& node : graph.nodes) order += node.name;
  CHECK(order == "bzacd");
}

TEST_CASE("the resolved graph reads back as the same graph") {
  TemporaryFolder folder;
  const Graph graph = check(graphs / "complete.toml", {{"components.dial.colors=[0.1, 1e-300]"}, 7, {}, false});
  const std::string text = to_toml(graph);
  write_file(folder.path() / "graph.toml", text);
  const Graph again = check(folder.path() / "graph.toml");
  CHECK(to_toml(again) == text);
  CHECK(again.run.name == "complete");
  CHECK(again.run.seed == 7);
  CHECK(get<std::vector<double>>(again, "dial", "colors") == std::vector<double>{0.1, 1e-300});
  CHECK(get<std::string>(again, "dial", "picture") == (graphs / "face.png").string());
  CHECK(text.find("hands = { from = 1, to = 3, between = [5, 5] }") != std::string::npos);
  CHECK(text.find("capacity = 100") != std::string::npos);
  CHECK(text.find("data = \"store.rows\"") != std::string::npos);
}

TEST_CASE("an optional parameter without a value stays without one") {
  const GraphText text(base_graph);
  const Graph graph = text.check();
  CHECK(get<std::string>(graph, "dial", "picture").empty());
  const Graph again = GraphText(to_toml(graph)).check();
  CHECK(get<std::string>(again, "dial", "picture").empty());
  CHECK(again.find("source")->wires.count("clock") == 1);
}

TEST_CASE("paths of plugins are relative to the file that names them") {
  GraphText text("extends = 'sub/base.toml'\n[run]\nticks = 100\n");
  fs::create_directory(text.path("sub"));
  text.add("sub/base.toml", "[run]\nplugins = ['a.so', '../b.so']\n");
  const auto files = named_plugins(read_graph(text.path("graph.toml"), {}));
  REQUIRE(files.size() == 2);
  CHECK(files[0].first == text.path("sub/a.so"));
  CHECK(files[1].first == text.path("sub/../b.so"));  // 'sub' might be a link
  CHECK(text.cut(to_text(files[1].second)) == "sub/base.toml:2:20");
  const auto set = named_plugins(read_graph(text.path("graph.toml"), {{"run.plugins=['c.so']"}, {}, {}, false}));
  REQUIRE(set.size() == 1);
  CHECK(set[0].first == fs::current_path() / "c.so");
}
