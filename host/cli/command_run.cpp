#include "host/cli/command_run.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "host/base/terminal.h"
#include "host/base/thread_count.h"
#include "host/cli/next_steps.h"
#include "host/engine/interrupt.h"
#include "host/graph/load.h"
#include "host/graph/source.h"
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
  const LoadedGraph loaded = load_graph(folder.file("graph.toml"), overrides, options.plugin_path);
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
