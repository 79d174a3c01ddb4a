// The text of every error and note.
#include <sys/stat.h>

#include <algorithm>
#include <sstream>

#include "host/graph/check.h"
#include "host/graph/graph.h"
#include "host/graph/graph_text.h"
#include "host/graph/source.h"
#include "weft/core/random.h"

namespace fs = std::filesystem;
using namespace weft::host;
using namespace weft::testing;

TEST_CASE("every broken graph gives exactly the expected messages") {
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
      const auto named = named_plugins(source);
      if (!named.empty()) Registry(PluginSearch{named, {}});
      check_graph(source, registry());
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

TEST_CASE("a file that cannot be read is refused with the reason") {
  GraphText text(base_graph);
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

TEST_CASE("a graph that is a pipe is refused without waiting for a writer") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe.toml";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(check(pipe), "error: cannot read the graph '" + pipe.string() +
                                     "': it is not a regular file; a TOML file was expected");
}

TEST_CASE("keys that nest so deep that reading them would end the process are refused") {
  std::string key = "a";
  for (int level = 0; level < 100'000; ++level) key += ".a";
  CHECK(GraphText(key + " = 1\n").errors() ==
        "graph.toml:1:1: error: too many dots; keys with dots nest, and graphs need few of them");
  GraphOptions options;
  options.sets = {"stages.source.clock={" + key + "=1}"};
  CHECK_THROWS_AS(check(graphs / "complete.toml", options), Failure);
}

TEST_CASE("of many errors the first hundred are listed") {
  std::string text = "[run]\nticks = 1\n";
  for (int index = 0; index < 3000; ++index)
    text += "[stages.s" + std::to_string(index) + "]\nuse = \"stage.sum\"\nin = \"none\"\n";
  const std::string errors = GraphText(text).errors();
  CHECK(std::count(errors.begin(), errors.end(), '\n') == 100);
  CHECK_THAT(errors, EndsWith("\nnote: there may be more errors; the first 100 are listed"));
}

TEST_CASE("an unknown type lists the plugins that cannot be loaded") {
  GraphText text("[run]\nticks = 1\n[components.clock]\nuse = 'mock.sundial'\n");
  text.add("broken.so", "no library\n");
  const Registry with_broken(PluginSearch{{}, {text.path("")}});
  REQUIRE(with_broken.unloadable().size() == 1);
  try {
    check_graph(read_graph(text.path("graph.toml"), {}), with_broken);
    FAIL("no error");
  } catch (const Failure& failure) {
    CHECK(std::string(failure.what())
              .find("unknown type 'mock.sundial'; 'weft plugins' lists all types"
                    "\n  it may be in a plugin that cannot be loaded: " +
                    with_broken.unloadable()[0].message) != std::string::npos);
  }
}

TEST_CASE("unused components are reported as notes and still checked") {
  // Not 'spare', which could take the place of 'clock': graphs declare alternatives on purpose.
  const GraphText text(base_graph + "[components.spare]\nuse = 'mock.clock'\n[stages.idle]\nuse = 'stage.source'\n");
  CHECK(notes_of(text, text.check()) ==
        "graph.toml:6:1: note: 'dial' (mock.dial) is not used\n"
        "graph.toml:28:1: note: 'idle' (stage.source) is not in the schedule: it never runs\n");
  CHECK(GraphText(base_graph + "[components.spare]\nuse = 'mock.clock'\nspeed = 0\n").errors() ==
        "graph.toml:28:9: error: 'speed' of mock.clock must be a finite number, above 0; found 0");
}

TEST_CASE("an entry that never fires is an error, or a note when the run was shortened") {
  const GraphText text(base_graph);
  const Graph graph = text.check({{}, {}, 9, false});
  CHECK(notes_of(text, graph).find("note: 'work' never fires in ticks 1 to 9: its first tick would be 10\n") !=
        std::string::npos);
  CHECK(text.errors({{}, {}, 10, false}) == "no error");
  CHECK_FALSE(text.check({{}, {}, 10, false}).notes.size() == graph.notes.size());
  CHECK(text.errors({{"run.ticks=9"}, {}, {}, false}) == "no error");
  CHECK(text.errors({{"schedule.work.from=101"}, {}, {}, false}).find("'work' never fires") != std::string::npos);
  CHECK(text.errors({{"schedule.work.from=101"}, {}, {}, true}) == "no error");
  CHECK(text.errors({{"schedule.work.from=101", "schedule.work.at_start=true"}, {}, {}, false}) == "no error");
  CHECK(text.errors({{"schedule.source.every=9223372036854775807"}, {}, {}, false}).find("never fires") !=
        std::string::npos);
  CHECK(text.errors({{"schedule.work.every=9223372036854775807"}, {}, {}, false}) == "no error");  // fires once
  CHECK(text.errors({{"schedule.work.until=9"}, {}, {}, false})
            .find("its first tick would be 10, its last one 9; change the entry, or raise run.ticks") !=
        std::string::npos);
}

TEST_CASE("the check survives any text") {
  weft::Random random(1);
  const std::string alphabet = "\n\"'[]{}=.,#_-0123456789aeinstx";
  const std::string valid = base_graph +
                            "[components.more]\nuse = 'mock.dial'\nclock = 'clock'\nglow = { from = 0, to = 1, "
                            "between = [1, 2] }\nmarks = [1, 2]\nlabel = 'x'\n";
  const auto any = [&](std::size_t count) {
    return static_cast<std::size_t>(random.below(static_cast<int64_t>(count)));
  };
  GraphText text(valid);
  int accepted = 0, refused = 0;
  for (int turn = 0; turn < 3000; ++turn) {
    std::string changed = valid;
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
