// Graphs as data: what is read, merged, checked, resolved, written out and drawn; and the text of every error.
#include "host/graph/graph.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "host/cli/command_graph.h"
#include "host/graph/picture.h"
#include "support/process.h"
#include "weft/core/random.h"

namespace fs = std::filesystem;
using namespace weft::host;
using weft::testing::read_file;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

namespace {

const fs::path plugins = fs::path(WEFT_BINARY_FOLDER) / "tests/plugins/graph";
const fs::path graphs = fs::path(WEFT_SOURCE_FOLDER) / "tests/graphs";

const Registry& registry() {
  static const Registry loaded(PluginSearch{{}, {plugins}});
  return loaded;
}

Graph check(const fs::path& file, const GraphOptions& options = {}) {
  return check_graph(*read_graph(file, options), registry());
}

/// A graph as text, in a folder of its own; the folder is cut from messages.
class Text {
 public:
  explicit Text(const std::string& text) { add("graph.toml", text); }
  Text& add(const std::string& name, const std::string& text) {
    write_file(folder_.path() / name, text);
    return *this;
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  Graph check(const GraphOptions& options = {}) const { return ::check(path("graph.toml"), options); }
  std::string errors(const GraphOptions& options = {}) const {
    try {
      check(options);
    } catch (const Failure& failure) {
      CHECK(failure.code() == ExitCode::wrong_input);
      return cut(failure.what());
    }
    return "no error";
  }
  std::string cut(std::string text) const {
    const std::string folder = folder_.path().string() + "/";
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
      text.erase(at, folder.size());
    return text;
  }

 private:
  TemporaryFolder folder_;
};

std::string notes_of(const Text& text, const Graph& graph) {
  std::string notes;
  for (const Diagnostic& note : graph.notes) notes += text.cut(to_text(note)) + "\n";
  return notes;
}

const Value& parameter(const Graph& graph, const std::string& component, const std::string& key) {
  const ComponentNode* node = graph.find(component);
  REQUIRE(node);
  return node->parameters.at(key);
}

template <class T>
T get(const Graph& graph, const std::string& component, const std::string& key) {
  return std::get<T>(parameter(graph, component, key));
}

const std::string base =
    "[run]\nticks = 100\n"
    "[components.clock]\nuse = 'part.clock'\nspeed = 2.5\n"
    "[components.dial]\nuse = 'part.dial'\nclock = 'clock'\ndigits = 7\n"
    "[stages.source]\nuse = 'stage.source'\nclock = 'clock'\nsize = 3\n"
    "[stages.store]\nuse = 'stage.store'\nin = 'source'\n"
    "[stages.work]\nuse = 'stage.work'\ndata = 'store'\n"
    "[[schedule]]\nrun = 'source'\n[[schedule]]\nrun = 'work'\nfrom = 10\nevery = 20\n";

}  // namespace

TEST_CASE("every broken graph gives exactly the messages that it expects") {
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(graphs / "bad")) {
    const fs::path& file = entry.path();
    if (file.filename() == "extends_loop_base.toml") continue;
    ++count;
    std::string expected, actual = "no error";
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line) && line.starts_with("# expect: ");)
      expected += (expected.empty() ? "" : "\n") + line.substr(10);
    const bool plugin_at_fault = file.stem().string().starts_with("plugin_");
    try {
      const auto source = read_graph(file, {});
      const auto named = named_plugins(*source);
      if (!named.empty()) Registry(PluginSearch{named, {}});
      check_graph(*source, registry());
    } catch (const Failure& failure) {
      CHECK(failure.code() == (plugin_at_fault ? ExitCode::plugin_failed : ExitCode::wrong_input));
      actual = failure.what();
    }
    const std::string folder = (graphs / "bad").string() + "/";
    for (std::size_t at = actual.find(folder); at != std::string::npos; at = actual.find(folder))
      actual.erase(at, folder.size());
    INFO(file.filename());
    CHECK(actual == expected);
  }
  CHECK(count >= 40);
}

TEST_CASE("everything that a graph says is in the result") {
  const Graph graph = check(graphs / "good.toml");
  CHECK(graph.run.name == "good");
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
  CHECK(get<std::vector<double>>(graph, "dial", "colours") == std::vector<double>{1.0, 0.5, 0.0});
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

TEST_CASE("components are made after what they are wired to, else by name") {
  const Graph graph = Text(
                          "[run]\nticks = 1\n"
                          "[components.a]\nuse = 'part.dial'\nclock = 'z'\n"
                          "[components.b]\nuse = 'part.clock'\n"
                          "[components.z]\nuse = 'part.clock'\n"
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
  const Graph graph = check(graphs / "good.toml", {{"components.dial.colours=[0.1, 1e-300]"}, 7, {}, false});
  const std::string text = to_toml(graph);
  write_file(folder.path() / "graph.toml", text);
  const Graph again = check(folder.path() / "graph.toml");
  CHECK(to_toml(again) == text);
  CHECK(again.run.name == "good");
  CHECK(again.run.seed == 7);
  CHECK(get<std::vector<double>>(again, "dial", "colours") == std::vector<double>{0.1, 1e-300});
  CHECK(get<std::string>(again, "dial", "picture") == (graphs / "face.png").string());
  CHECK(text.find("hands = { from = 1, to = 3, between = [5, 5] }") != std::string::npos);
  CHECK(text.find("capacity = 100") != std::string::npos);
  CHECK(text.find("data = \"store.rows\"") != std::string::npos);
}

TEST_CASE("a default that was left out stays left out") {
  const Text text(base);
  const Graph graph = text.check();
  CHECK(get<std::string>(graph, "dial", "picture").empty());
  const Graph again = Text(to_toml(graph)).check();
  CHECK(get<std::string>(again, "dial", "picture").empty());
  CHECK(again.find("source")->wires.count("clock") == 1);
}

TEST_CASE("a variant says only what differs") {
  Text text("extends = 'base.toml'\n[run]\nseed = 4\n[components.dial]\ndigits = 2\n");
  text.add("base.toml", base);
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

TEST_CASE("a schedule in a variant replaces the whole of the base's") {
  Text text("extends = 'base.toml'\n[[schedule]]\nrun = 'source'\nevery = 3\n");
  text.add("base.toml", base);
  const Graph graph = text.check();
  REQUIRE(graph.schedule.size() == 1);
  CHECK(graph.schedule[0].every == 3);
}

TEST_CASE("inherited keys go with the type that they were meant for, others are strict") {
  Text text(
      "extends = 'base.toml'\n[components.clock]\nuse = 'part.twins'\n[components.dial]\nclock = 'clock.left'\n"
      "[stages.source]\nclock = 'clock.right'\n");
  text.add("base.toml", base);
  const Graph graph = text.check();
  CHECK(
      notes_of(text, graph)
          .starts_with("base.toml:5:1: note: 'speed' is dropped: 'clock' is now part.twins, which does not take it\n"));
  CHECK(to_toml(graph).find("speed") == std::string::npos);

  text.add("graph.toml", "extends = 'base.toml'\n[components.clock]\nuse = 'part.clock'\nsped = 1.0\n");
  CHECK(text.errors().find(
            "graph.toml:4:1: error: unknown key 'sped'; part.clock takes 'use' and 'speed'; did you mean 'speed'?") ==
        0);
  // The same type said again is no change: what the base says stays strict, too.
  text.add("base.toml", base + "[components.more]\nuse = 'part.clock'\nfast = true\n");
  text.add("graph.toml", "extends = 'base.toml'\n[components.more]\nuse = 'part.clock'\n");
  CHECK(text.errors().find("unknown key 'fast'") != std::string::npos);
}

TEST_CASE("a type changed by an option drops the keys of the files") {
  const Text text(base);
  const Graph graph = text.check(
      {{"components.clock.use=part.twins", "components.dial.clock=clock.left", "stages.source.clock=clock.right"},
       {},
       {},
       false});
  CHECK(notes_of(text, graph).find("'speed' is dropped") != std::string::npos);
  CHECK(graph.find("dial")->wires.at("clock").offer == "left");
}

TEST_CASE("options are read as the key wants them") {
  const Text text(base);
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

TEST_CASE("an option that fits nothing says so") {
  const Text text(base + "[[schedule]]\nrun = 'source'\nfrom = 2\n");
  const auto error = [&](const std::string& set) { return text.errors({{set}, {}, {}, false}); };
  CHECK(error("components.dail.digits=3") ==
        "--set components.dail.digits=3: error: the graph has no 'components.dail', and --set cannot add it; did you "
        "mean 'components.dial'?");
  CHECK(error("components.work.epochs=3") ==
        "--set components.work.epochs=3: error: the graph has no 'components.work', and --set cannot add it; did you "
        "mean 'stages.work'?");
  CHECK(error("components.lamp.use=part.dial") ==
        "--set components.lamp.use=part.dial: error: the graph has no 'components.lamp', and --set cannot add it; "
        "write it in a graph that extends this one");
  const std::string ramp = "components.dial.glow={ from = 0.0, to = 1.95, between = [0, 20] }";
  CHECK(error(ramp) ==
        "--set " + ramp + ": error: 'glow': 'to' must be a finite number, at least 0 and at most 1; found 1.95");
  CHECK(error("components.dial.digit=3")
            .starts_with("--set components.dial.digit=3: error: unknown key 'digit'; part.dial takes 'use', "));
  CHECK(error("components.dial.digit=3").ends_with("; did you mean 'digits'?"));
  CHECK(error("components.dial.digits=many") ==
        "--set components.dial.digits=many: error: 'digits' of part.dial must be a whole number, at least 1 and at "
        "most 9; found 'many'");
  CHECK(error("schedule.wrk.every=3") ==
        "--set schedule.wrk.every=3: error: the schedule does not run 'wrk'; it runs 'source', 'work' and 'source'; "
        "did you mean 'work'?");
  CHECK(error("schedule.source.every=3") ==
        "--set schedule.source.every=3: error: the schedule runs 'source' 2 times, so that it is not clear which is "
        "meant; change it in a graph that extends this one");
  const std::string forms =
      "error: expected run.KEY=VALUE, components.NAME.KEY=VALUE, stages.NAME.KEY=VALUE or schedule.STAGE.KEY=VALUE";
  CHECK(error("ticks=3") == "--set ticks=3: " + forms);
  CHECK(error("run.ticks") == "--set run.ticks: " + forms);
  CHECK(error("components.dial.=3") == "--set components.dial.=3: " + forms);
  CHECK(text.errors({{}, {}, 0, false}) ==
        "--ticks 0: error: 'ticks' of [run] must be a whole number, at least 1; found 0");
}

TEST_CASE("a graph that is a pipe is not waited for") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe.toml";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(check(pipe), "error: cannot read the graph '" + pipe.string() +
                                     "': it is not a regular file; a TOML file was expected");
}

TEST_CASE("what is not used is a note, and is checked all the same") {
  const Text text(base + "[components.spare]\nuse = 'part.clock'\n[stages.idle]\nuse = 'stage.source'\n");
  CHECK(notes_of(text, text.check()) ==
        "graph.toml:6:1: note: 'dial' (part.dial) is used by nothing\n"
        "graph.toml:26:1: note: 'spare' (part.clock) is used by nothing\n"
        "graph.toml:28:1: note: 'idle' (stage.source) is not in the schedule: it never runs\n");
  CHECK(Text(base + "[components.spare]\nuse = 'part.clock'\nspeed = 0\n").errors() ==
        "graph.toml:28:9: error: 'speed' of part.clock must be a finite number, above 0; found 0");
}

TEST_CASE("an entry that never fires is an error, or a note when the run was shortened") {
  const Text text(base);
  const Graph graph = text.check({{}, {}, 19, false});
  CHECK(notes_of(text, graph).find("note: 'work' never fires in ticks 1 to 19 (from = 10, every = 20)\n") !=
        std::string::npos);
  CHECK(text.errors({{}, {}, 20, false}) == "no error");
  CHECK_FALSE(text.check({{}, {}, 20, false}).notes.size() == graph.notes.size());
  CHECK(text.errors({{"run.ticks=19"}, {}, {}, false}) == "no error");
  CHECK(text.errors({{"schedule.work.from=101"}, {}, {}, false}).find("'work' never fires") != std::string::npos);
  CHECK(text.errors({{"schedule.work.from=101"}, {}, {}, true}) == "no error");
  CHECK(text.errors({{"schedule.work.from=101", "schedule.work.at_start=true"}, {}, {}, false}) == "no error");
  CHECK(text.errors({{"schedule.work.every=9223372036854775807"}, {}, {}, false}).find("never fires") !=
        std::string::npos);
}

TEST_CASE("plugins are named relative to the file that says so") {
  Text text("extends = 'sub/base.toml'\n[run]\nticks = 100\n");
  fs::create_directory(text.path("sub"));
  text.add("sub/base.toml", "[run]\nplugins = ['a.so', '../b.so']\n");
  const auto files = named_plugins(*read_graph(text.path("graph.toml"), {}));
  REQUIRE(files.size() == 2);
  CHECK(files[0].first == text.path("sub/a.so"));
  CHECK(files[1].first == text.path("b.so"));
  CHECK(text.cut(to_text(files[1].second)) == "sub/base.toml:2:20");
  const auto set = named_plugins(*read_graph(text.path("graph.toml"), {{"run.plugins=['c.so']"}, {}, {}, false}));
  REQUIRE(set.size() == 1);
  CHECK(set[0].first == fs::current_path() / "c.so");
}

TEST_CASE("an unknown type tells of the plugins that cannot be loaded") {
  Text text("[run]\nticks = 1\n[components.clock]\nuse = 'part.sundial'\n");
  text.add("broken.so", "no library\n");
  const Registry with_broken(PluginSearch{{}, {text.path("")}});
  REQUIRE(with_broken.unloadable().size() == 1);
  try {
    check_graph(*read_graph(text.path("graph.toml"), {}), with_broken);
    FAIL("no error");
  } catch (const Failure& failure) {
    CHECK(std::string(failure.what())
              .find("unknown type 'part.sundial'; `weft plugins` lists the types that there are"
                    "\n  it may be in a plugin that cannot be loaded: " +
                    with_broken.unloadable()[0].message) != std::string::npos);
  }
}

TEST_CASE("a file that cannot be read says why") {
  Text text(base);
  const auto error = [&](const std::string& name) {
    try {
      read_graph(text.path(name), {});
    } catch (const Failure& failure) {
      return text.cut(failure.what());
    }
    return std::string("no error");
  };
  CHECK(error("grap.toml") ==
        "error: cannot read the graph 'grap.toml': there is no such file; did you mean 'graph.toml'?");
  fs::create_directory(text.path("folder"));
  CHECK(error("folder") == "error: cannot read the graph 'folder': it is a folder; a TOML file was expected");
}

TEST_CASE("check prints the wiring and the notes, and makes the components") {
  const Text text(base);
  std::ostringstream out;
  CHECK(check_command({text.path("graph.toml"), {}, {plugins}, false}, out) == ExitCode::done);
  CHECK(text.cut(out.str()) ==
        "graph: 100 ticks, seed 0\n"
        "\n"
        "parts, in the order in which they are made (<- a service, <= a stream)\n"
        "  clock   part.clock\n"
        "  dial    part.dial     clock <- clock.time\n"
        "  source  stage.source  clock <- clock.time\n"
        "  store   stage.store   in    <= source.numbers\n"
        "  work    stage.work    data  <- store.rows\n"
        "\n"
        "schedule of one tick\n"
        "  source  every tick              => store\n"
        "  work    every 20 ticks from 10\n"
        "\n"
        "graph.toml:6:1: note: 'dial' (part.dial) is used by nothing\n"
        "graph.toml: good\n");
  try {
    check_command({text.path("graph.toml"), {{"components.dial.label=wrong"}, {}, {}, false}, {plugins}, false}, out);
    FAIL("no error");
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::wrong_input);
    CHECK(std::string(failure.what()).starts_with("--set components.dial.label=wrong: error: 'label' of "));
    CHECK(std::string(failure.what()).ends_with("nobody would read that"));
  }
}

TEST_CASE("whatever a file says, the check answers") {
  weft::Random random(1);
  const std::string alphabet = "\n\"'[]{}=.,#_-0123456789aeinstx";
  const std::string good = base +
                           "[components.more]\nuse = 'part.dial'\nclock = 'clock'\nglow = { from = 0, to = 1, "
                           "between = [1, 2] }\nmarks = [1, 2]\nlabel = 'x'\n";
  const auto any = [&](std::size_t count) {
    return static_cast<std::size_t>(random.below(static_cast<int64_t>(count)));
  };
  Text text(good);
  int accepted = 0, refused = 0;
  for (int turn = 0; turn < 3000; ++turn) {
    std::string changed = good;
    for (std::size_t step = any(3); step < 3; ++step) {
      const std::size_t at = any(changed.size()), length = any(12);
      switch (random.below(3)) {
        case 0:
          changed.erase(at, length);
          break;
        case 1:
          changed[at] = alphabet[any(alphabet.size())];
          break;
        default:
          changed.insert(any(changed.size()), changed.substr(at, length));
      }
    }
    text.add("graph.toml", changed);
    try {
      text.check();
      ++accepted;
    } catch (const Failure& failure) {
      ++refused;
      for (const Diagnostic& diagnostic : failure.diagnostics()) REQUIRE_FALSE(diagnostic.message.empty());
    }
  }
  CHECK(accepted > 20);
  CHECK(refused > 1000);
}

TEST_CASE("show draws for Graphviz") {
  const Text text(base);
  std::ostringstream out;
  CHECK(show_command({text.path("graph.toml"), {}, {plugins}, true}, out) == ExitCode::done);
  CHECK(out.str().starts_with("digraph \"graph\" {\n"));
  CHECK(out.str().find("  dial [label = \"dial\\npart.dial\", color = grey, fontcolor = grey]\n") != std::string::npos);
  CHECK(out.str().find("  work [label = \"work\\nstage.work\\nevery 20 ticks from 10\", style = rounded]\n") !=
        std::string::npos);
  CHECK(out.str().find("  clock -> source [label = \"clock: time\"]\n") != std::string::npos);
  CHECK(out.str().find("  source -> store [label = \"in: numbers\", style = bold]\n") != std::string::npos);
}
