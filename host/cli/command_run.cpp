#include "host/cli/command_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "host/base/file.h"
#include "host/base/rows.h"
#include "host/base/terminal.h"
#include "host/base/thread_count.h"
#include "host/cli/next_steps.h"
#include "host/engine/interrupt.h"
#include "host/graph/load.h"
#include "host/graph/source.h"
#include "host/run/build_info.h"
#include "host/run/checkpoint.h"
#include "host/run/folder.h"
#include "host/run/session.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// `options`: of `weft run`, null for `weft resume`.
ExitCode run_session(Session& session, const RunOptions* options, std::ostream& out) {
  const ExitCode code = session.run();
  out << to_text(session.summary()) << next_steps(session.summary(), options) << std::flush;
  return code;
}

/// A resumed run has the settings that it began with: only the names of files may change, since files may have moved.
void require_file_names(const Graph& graph, const std::vector<std::string>& sets) {
  for (const std::string& set : sets) {
    const std::string key = set.substr(0, set.find('='));
    const bool names_file = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const ComponentNode& node) {
      const std::string table = table_of(node) + ".";
      const weft_parameter* row = key.starts_with(table) ? row_named(parameters_of(*node.type->type),
                                                                     &weft_parameter::key, key.substr(table.size()))
                                                         : nullptr;
      return row && row->kind == WEFT_PATH;
    });
    if (!names_file)
      throw wrong_input(Place{"--set " + set},
                        "a run continues with the settings that it began with; only the names of "
                        "files can be set, since files may have moved");
  }
}

}  // namespace

ExitCode run_command(const RunOptions& options, std::ostream& out, std::ostream& err) {
  const LoadedGraph loaded = load_graph(options.graph, options.overrides, options.plugin_path);
  const fs::path folder = options.out ? *options.out : default_folder(loaded.graph.run);
  const std::unique_ptr<Session> session =
      Session::start(loaded.graph, folder, options.replace, {thread_count(options.threads), err, is_terminal(err)});
  return run_session(*session, &options, out);
}

ExitCode resume_command(const ResumeOptions& options, std::ostream& out, std::ostream& err) {
  RunFolder folder = RunFolder::open(options.folder);
  GraphOptions overrides;
  overrides.ticks = options.ticks;
  overrides.resumed = true;
  overrides.sets = options.sets;
  std::error_code no_build;
  if (fs::exists(folder.file("build.txt"), no_build))
    overrides.folder_then = folder_in_build_text(read_whole(folder.file("build.txt")));
  overrides.folder_now = fs::weakly_canonical(folder.path());
  const LoadedGraph loaded = load_graph(folder.file("graph.toml"), overrides, options.plugin_path);
  require_file_names(loaded.graph, options.sets);
  const int64_t ticks = loaded.graph.run.ticks;
  Checkpoint checkpoint = folder.newest_checkpoint(err);
  InterruptGuard::checkpoint_saved();
  const int64_t done = checkpoint.info().tick;
  const fs::path& path = folder.path();
  if (ticks < done) {
    throw wrong_input(fmt::format("the run in {} is already at tick {}; --ticks is the new total, and {} is less",
                                  quoted(path), done, ticks));
  }
  if (ticks == done && stored_status(path) == status_finished) {
    out << fmt::format(
        "the run in {} is finished: {} ticks; its result is in {}\nto continue: weft resume {} --ticks {}\n",
        quoted(path), done, quoted(folder.file("summary.json")), path.string(), 2 * done);
    return ExitCode::done;
  }
  const std::unique_ptr<Session> session = Session::resume(loaded.graph, std::move(folder), checkpoint,
                                                           {thread_count(options.threads), err, is_terminal(err)});
  return run_session(*session, nullptr, out);
}

}  // namespace weft::host
