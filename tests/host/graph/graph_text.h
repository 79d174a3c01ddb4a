/// Graphs as text, checked against the component types of tests/graphs.
#pragma once

#include <filesystem>
#include <string>

#include "host/graph/check.h"
#include "host/graph/graph.h"
#include "host/graph/source.h"
#include "host/plugin/registry.h"
#include "support/process.h"
#include "weft/testing/catch.h"

namespace weft::testing {

namespace fs = std::filesystem;

inline const fs::path graph_plugins = fs::path(WEFT_BINARY_FOLDER) / "tests/plugins/graphs";
inline const fs::path graphs = fs::path(WEFT_SOURCE_FOLDER) / "tests/graphs";

inline const host::Registry& registry() {
  static const host::Registry loaded(host::PluginSearch{{}, {graph_plugins}});
  return loaded;
}

inline host::Graph check(const fs::path& file, const host::GraphOptions& options = {}) {
  return host::check_graph(host::read_graph(file, options), registry());
}

/// A graph as text, in its own folder; cut() removes the folder from messages.
class GraphText {
 public:
  explicit GraphText(const std::string& text) { add("graph.toml", text); }
  GraphText& add(const std::string& name, const std::string& text) {
    write_file(folder_.path() / name, text);
    return *this;
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  host::Graph check(const host::GraphOptions& options = {}) const {
    return testing::check(path("graph.toml"), options);
  }
  std::string errors(const host::GraphOptions& options = {}) const {
    try {
      check(options);
    } catch (const host::Failure& failure) {
      CHECK(failure.code() == host::ExitCode::wrong_input);
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

inline std::string notes_of(const GraphText& text, const host::Graph& graph) {
  std::string notes;
  for (const host::Diagnostic& note : graph.notes) notes += text.cut(to_text(note)) + "\n";
  return notes;
}

inline const host::Value& parameter(const host::Graph& graph, const std::string& component, const std::string& key) {
  const host::ComponentNode* node = graph.find(component);
  REQUIRE(node);
  return node->parameters.at(key);
}

template <class T>
T get(const host::Graph& graph, const std::string& component, const std::string& key) {
  return std::get<T>(parameter(graph, component, key));
}

inline const std::string base_graph =
    "[run]\nticks = 100\n"
    "[components.clock]\nuse = 'mock.clock'\nspeed = 2.5\n"
    "[components.dial]\nuse = 'mock.dial'\nclock = 'clock'\ndigits = 7\n"
    "[stages.source]\nuse = 'stage.source'\nclock = 'clock'\nsize = 3\n"
    "[stages.store]\nuse = 'stage.store'\nin = 'source'\n"
    "[stages.work]\nuse = 'stage.work'\ndata = 'store'\n"
    "[[schedule]]\nrun = 'source'\n[[schedule]]\nrun = 'work'\nfrom = 10\nevery = 20\n";

}  // namespace weft::testing
