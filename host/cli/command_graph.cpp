#include "host/cli/command_graph.h"

#include "host/engine/try_graph.h"
#include "host/graph/load.h"
#include "host/graph/picture.h"

namespace weft::host {
ExitCode check_command(const LookOptions& options, std::ostream& out) {
  const LoadedGraph loaded = try_graph(options.graph, options.overrides, options.plugin_path);
  out << picture(loaded.graph) << '\n';
  for (const Diagnostic& note : loaded.graph.notes) out << to_text(note) << '\n';
  out << options.graph.string() << ": ok\n";
  return ExitCode::done;
}

ExitCode show_command(const LookOptions& options, std::ostream& out) {
  const LoadedGraph loaded = load_graph(options.graph, options.overrides, options.plugin_path);
  out << (options.dot ? dot(loaded.graph) : picture(loaded.graph));
  return ExitCode::done;
}

}  // namespace weft::host
