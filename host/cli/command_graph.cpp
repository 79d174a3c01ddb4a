#include "host/cli/command_graph.h"

#include "host/engine/instance.h"
#include "host/graph/picture.h"

namespace weft::host {
namespace {

/// Nobody listens while components are only made.
class Silence final : public Listener {
 public:
  void record(const ComponentNode&, const weft_metric&, double) override {}
  void log(const ComponentNode&, weft::LogLevel, const std::string&) override {}
  void progress(const ComponentNode&, const std::string&) override {}
};

}  // namespace

LoadedGraph try_graph(const std::filesystem::path& file, const GraphOptions& options,
                      const std::vector<std::filesystem::path>& plugin_path) {
  LoadedGraph loaded = load_graph(file, options, plugin_path);
  Silence silence;
  const Instance instance(loaded.graph, silence, 1);
  return loaded;
}

ExitCode check_command(const LookOptions& options, std::ostream& out) {
  const LoadedGraph loaded = try_graph(options.graph, options.overrides, options.plugin_path);
  out << picture(loaded.graph) << '\n';
  for (const Diagnostic& note : loaded.graph.notes) out << to_text(note) << '\n';
  out << options.graph.string() << ": good\n";
  return ExitCode::done;
}

ExitCode show_command(const LookOptions& options, std::ostream& out) {
  const LoadedGraph loaded = load_graph(options.graph, options.overrides, options.plugin_path);
  out << (options.dot ? dot(loaded.graph) : picture(loaded.graph));
  return ExitCode::done;
}

}  // namespace weft::host
