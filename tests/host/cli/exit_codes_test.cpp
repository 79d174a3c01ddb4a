// Exit codes of commands whose plugins cannot be loaded and of runs whose components fail.

#include "host/fixtures/bare_program.h"
#include "host/fixtures/plugin_folders.h"
#include "weft/core/plugin.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

namespace {

/// Runs a graph of the given components for 20 ticks, with the plugin of tests/plugins/valid.
Finished run_graph(const std::string& components, const std::string& settings = "") {
  const TemporaryFolder folder;
  weft::testing::write_file(folder.path() / "graph.toml", "[run]\nname = \"g\"\nticks = 20\n" + settings + components +
                                                              "\n[[schedule]]\nrun = \"pull\"\n");
  return call_in(folder.path(), {"run", "graph.toml", "--plugin-path", valid_plugins + "/fixture_components.so"});
}

}  // namespace

TEST_CASE("a named plugin that cannot be loaded ends every command that loads plugins with 3") {
  const TemporaryFolder folder;
  const std::string broken = bad_plugins + "/old_torch.so";
  weft::testing::write_file(folder.path() / "graph.toml",
                            "[run]\nname = \"g\"\nticks = 1\nplugins = [\"" + broken + "\"]\n");
  for (const char* command : {"run", "check", "show"}) {
    const Finished finished = call_in(folder.path(), {command, "graph.toml"});
    CHECK(finished.code == 3);
    CHECK_THAT(finished.output, StartsWith("graph.toml:4:") && Contains("is built with LibTorch 0.4.1"));
    CHECK(!fs::exists(folder.path() / "runs"));
  }
  CHECK(call({"plugins", "--plugin-path", broken}).code == 3);
  CHECK(call({"inspect", "mock.one", "--plugin-path", broken}).code == 3);
}

TEST_CASE("every broken plugin ends the program with 3") {
  int files = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(bad_plugins)) {
    INFO(file.path());
    if (file.path().stem() == "asan_build" && std::string(WEFT_SANITIZER) == "address") continue;
    const Finished finished = call({"plugins", "--plugin-path", file.path().string()});
    CHECK(finished.code == 3);
    CHECK_THAT(finished.output, StartsWith("error: " + file.path().string() + ": "));
    ++files;
  }
  CHECK(files >= 11);
}

TEST_CASE("exit codes of runs whose components fail") {
  const std::string stage = "[stages.pull]\nuse = \"stage.pull\"\ncounter = \"counter\"\n";
  const auto counter = [&](const std::string& use) { return "[components.counter]\nuse = " + use + "\n" + stage; };

  CHECK(run_graph(counter("\"mock.counter\"")).code == 0);

  const Finished null = run_graph(counter("\"mock.null\""));
  CHECK(null.code == 3);
  CHECK_THAT(null.output,
             Contains("component 'counter' (mock.null) of fixture_components.so: its factory returned null"));

  const Finished service = run_graph(counter("\"mock.fragile\""));
  CHECK(service.code == 4);
  CHECK_THAT(service.output,
             Contains("component 'counter' (mock.fragile) of fixture_components.so, called by stage 'pull' in "
                      "run, tick 1: there is nothing to count; give it something"));

  const Finished nan = run_graph(counter("\"mock.fragile\"\nhow = \"nan\""));
  CHECK(nan.code == 4);
  CHECK_THAT(nan.output, Contains("tick 1: the metric 'weight' of 'counter' is not a number (NaN)"));

  const std::string settings = "[components.settings]\nuse = \"mock.settings\"\ninteger = ";
  const Finished constructor = run_graph(counter("\"mock.counter\"") + settings + "14\n");
  CHECK(constructor.code == 4);
  CHECK_THAT(constructor.output, Contains("in construction: 14 is too much"));

  const Finished refused = run_graph(counter("\"mock.counter\"") + settings + "13\n");
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output, Contains("graph.toml:11:") && Contains("13 is unlucky; take another number"));
}
