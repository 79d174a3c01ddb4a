/// A working directory for `weft run` and `weft resume`, with a graph and components that walk at random, nap and fail.
#pragma once

#include <nlohmann/json.hpp>

#include "host/run/checkpoint.h"
#include "host/run/checkpoint_folder.h"
#include "support/process.h"
#include "weft/testing/catch.h"

namespace weft::testing {

namespace fs = std::filesystem;

inline const char* const walking_graph = R"([run]
name = "walking"
ticks = 50
checkpoint = 20
report = 15
plugins = ["components.so"]

[stages.alice]
use = "stage.walk"

[stages.bob]
use = "stage.walk"

[[schedule]]
run = "alice"
times = 2

[[schedule]]
run = "bob"
from = 6
every = 3
at_start = true
)";

/// A working directory with a plugin and a graph.
struct Workspace {
  TemporaryFolder folder;
  explicit Workspace(const std::string& graph = walking_graph) {
    use_plugin("run_components");
    write_file(folder.path() / "walk.toml", graph);
  }
  void use_plugin(const std::string& name) const {
    fs::remove(path("components.so"));
    fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/run/" + name + ".so", path("components.so"));
  }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  nlohmann::json summary(const std::string& run) const { return nlohmann::json::parse(text(run + "/summary.json")); }

  Finished weft(const std::vector<std::string>& arguments) const { return run_weft(arguments, folder.path()); }
  /// `weft run walk.toml --out NAME ...`
  Finished run(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"run", "walk.toml", "--out", name});
    return weft(more);
  }
  Finished resume(const std::string& name, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"resume", name});
    return weft(more);
  }
  std::string checkpoint_name(const std::string& run, int64_t tick) const {
    return host::CheckpointFolder(run + "/checkpoints").file(tick).string();
  }
  /// Edits the nap of alice in the graph of a run.
  void set_nap(const std::string& run, const std::string& from, const std::string& to) const {
    std::string graph = text(run + "/graph.toml");
    graph.replace(graph.find("nap = " + from), from.size() + 6, "nap = " + to);
    write_file(path(run + "/graph.toml"), graph);
  }
  bool has_checkpoint(const std::string& run, int64_t tick) const {
    return fs::exists(path(checkpoint_name(run, tick)));
  }
  /// metrics.csv and the final checkpoint of two runs are the same bytes.
  void check_equal(const std::string& left, const std::string& right, int64_t tick) const {
    CHECK(text(left + "/metrics.csv") == text(right + "/metrics.csv"));
    CHECK(text(checkpoint_name(left, tick)) == text(checkpoint_name(right, tick)));
  }
};

inline void wait_for(const Process& process, const std::string& words) {
  for (int turn = 0; turn < 2000 && process.output().find(words) == std::string::npos; ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE_THAT(process.output(), weft::testing::Contains(words));
}

inline std::vector<std::string> weft_arguments(const std::string& graph_or_run, std::vector<std::string> more) {
  more.insert(more.begin(), {WEFT_PROGRAM, "run", graph_or_run});
  return more;
}

inline std::size_t lines_with(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1)) ++count;
  return count;
}

}  // namespace weft::testing
