#include "host/engine/try_graph.h"

#include "host/engine/instance.h"
#include "host/graph/source.h"

namespace weft::host {
namespace {

/// Discards what components report during construction.
class NullListener final : public Listener {
 public:
  void record(const ComponentNode&, const weft_metric&, double) override {}
  void log(const ComponentNode&, weft::LogLevel, const std::string&) override {}
  void progress(const ComponentNode&, const std::string&) override {}
};

}  // namespace

LoadedGraph try_graph(const std::filesystem::path& file, const GraphOptions& options,
                      const std::vector<std::filesystem::path>& plugin_path) {
  LoadedGraph loaded = load_graph(file, options, plugin_path);
  NullListener listener;
  const Instance instance(loaded.graph, listener, 1);
  return loaded;
}

}  // namespace weft::host
