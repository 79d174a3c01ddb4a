#include "host/engine/try_graph.h"

#include <fmt/format.h>

#include "host/engine/instance.h"
#include "host/graph/source.h"

namespace weft::host {
namespace {

/// Collects what components log during construction as notes, and discards the rest.
class NoteListener final : public Listener {
 public:
  explicit NoteListener(std::vector<Diagnostic>& notes) : notes_(notes) {}
  void record(const ComponentNode&, const weft_metric&, double) override {}
  void log(const ComponentNode& node, weft::LogLevel level, const std::string& message) override {
    notes_.push_back({level == weft::LogLevel::warning ? Severity::warning : Severity::note, node.place,
                      fmt::format("{}: {}", node.name, message)});
  }
  void progress(const ComponentNode&, const std::string&) override {}

 private:
  std::vector<Diagnostic>& notes_;
};

}  // namespace

LoadedGraph try_graph(const std::filesystem::path& file, const GraphOptions& options,
                      const std::vector<std::filesystem::path>& plugin_path) {
  LoadedGraph loaded = load_graph(file, options, plugin_path);
  std::vector<Diagnostic> notes;
  NoteListener listener(notes);
  { const Instance instance(loaded.graph, listener, 1); }
  loaded.graph.notes.insert(loaded.graph.notes.end(), notes.begin(), notes.end());
  return loaded;
}

}  // namespace weft::host
