/// A working directory for `weft sweep`, with a graph and components that walk at random, nap and fail.
#pragma once

#include <algorithm>
#include <sstream>

#include "support/process.h"
#include "weft/testing/catch.h"

namespace weft::testing {

namespace fs = std::filesystem;

inline const char* const walking_graph = R"([run]
name = "walking"
ticks = 20
checkpoint = 5
plugins = ["components.so"]

[stages.alice]
use = "stage.walk"

[stages.bob]
use = "stage.walk"

[[schedule]]
run = "alice"

[[schedule]]
run = "bob"
)";

/// A working directory with a plugin and a graph.
struct Workspace {
  TemporaryFolder folder;
  Workspace() {
    fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/run/run_components.so", path("components.so"));
    write_file(path("walk.toml"), walking_graph);
  }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  void set_graph(const std::string& from, const std::string& to, const std::string& name = "walk.toml") const {
    std::string graph = walking_graph;
    graph.replace(graph.find(from), from.size(), to);
    write_file(path(name), graph);
  }
  /// `weft sweep walk.toml ...`
  Finished sweep(std::vector<std::string> more) const { return run_weft(words(std::move(more)), folder.path()); }
  Process begin(std::vector<std::string> more) const {
    more = words(std::move(more));
    more.insert(more.begin(), WEFT_PROGRAM);
    return {more, folder.path()};
  }
  /// The output of a sweep that is refused; nothing is left behind.
  std::string complaint(std::vector<std::string> more) const {
    const Finished finished = sweep(std::move(more));
    CHECK(finished.code == 2);
    CHECK_FALSE(fs::exists(path("runs")));
    return finished.output;
  }

 private:
  static std::vector<std::string> words(std::vector<std::string> more) {
    more.insert(more.begin(), {"sweep", "walk.toml"});
    return more;
  }
};

template <class Condition>
void wait_until(Condition condition) {
  for (int turn = 0; turn < 4000 && !condition(); ++turn) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(condition());
}

inline bool contains(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

inline std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// The cells before tick, metric and value of each run, in the order of the table.
inline std::vector<std::string> runs_in(const std::string& table) {
  std::istringstream stream(table);
  std::vector<std::string> runs;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    for (int cell = 0; cell < 3; ++cell) line.resize(line.rfind(','));
    if (runs.empty() || runs.back() != line) runs.push_back(line);
  }
  return runs;
}

using Words = std::vector<std::string>;

}  // namespace weft::testing
