#include "host/cli/command_run.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "host/base/file.h"
#include "host/base/terminal.h"
#include "host/base/thread_count.h"
#include "host/cli/next_steps.h"
#include "host/engine/interrupt.h"
#include "host/graph/load.h"
#include "host/graph/source.h"
#include "host/graph/text.h"
#include "host/run/build_info.h"
#include "host/run/checkpoint.h"
#include "host/run/folder.h"
#include "host/run/session.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

void say_notes(Session& session, const Graph& graph) {
  for (const Diagnostic& note : graph.notes) session.say(Severity::note, to_text(note));
  for (const fs::path& blas : mapped_blas()) {
    if (is_openblas(blas)) continue;
    session.say(Severity::warning, "the BLAS in use is '" + blas.string() +
                                       "', not OpenBLAS; matrix products may be many times slower: install "
                                       "libopenblas0-pthread, or choose it with 'update-alternatives'");
  }
}

/// `options`: of `weft run`, null for `weft resume`.
ExitCode run_session(Session& session, const RunOptions* options, std::ostream& out) {
  const ExitCode code = session.run();
  out << to_text(session.summary()) << next_steps(session.summary(), options) << std::flush;
  return code;
}

/// The newest checkpoint that is whole and fits metrics.csv. Others are told, and put aside once there is a
/// good one.
Checkpoint newest_checkpoint(const RunFolder& folder, std::ostream& err) {
  std::error_code no_file;
  const auto metrics_size = static_cast<int64_t>(fs::file_size(folder.file("metrics.csv"), no_file));
  std::vector<Diagnostic> refused;
  std::vector<fs::path> bad;
  for (const fs::path& file : folder.checkpoints().files()) {
    try {
      Checkpoint checkpoint(file);
      if (no_file || metrics_size < checkpoint.info().metrics_size) {
        throw Failure(ExitCode::wrong_input, "cannot use the checkpoint '" + file.string() +
                                                 "': metrics.csv beside it was cut or is missing; " +
                                                 std::to_string(checkpoint.info().metrics_size) +
                                                 " bytes of it were expected");
      }
      for (const Diagnostic& diagnostic : refused)
        err << "warning: " << diagnostic.message << "; going on from tick " << checkpoint.info().tick << "\n";
      for (const fs::path& other : bad) rename_durably(other, other.string() + ".refused");
      return checkpoint;
    } catch (const Failure& failure) {
      if (failure.code() != ExitCode::wrong_input) throw;
      refused.insert(refused.end(), failure.diagnostics().begin(), failure.diagnostics().end());
      bad.push_back(file);
    }
  }
  refused.emplace_back();
  refused.back().message = "there is no good checkpoint in '" + folder.path().string() +
                           "' to go on from; 'weft run' with --replace begins anew";
  throw Failure(ExitCode::wrong_input, refused);
}

}  // namespace

int thread_count(int asked) {
  return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ExitCode run_command(const RunOptions& options, std::ostream& out, std::ostream& err) {
  const LoadedGraph loaded = load_graph(options.graph, options.overrides, options.plugin_path);
  const Graph& graph = loaded.graph;
  const fs::path path = options.out ? *options.out : default_folder(graph.run);
  RunFolder::require_free(path, options.replace);
  const int threads = thread_count(options.threads);
  Session session(graph, threads, err, is_terminal(err));
  const RunFolder folder = RunFolder::create(path, options.replace);
  write_whole(folder.file("graph.toml"), run_text(graph));
  write_whole(folder.file("build.txt"), build_text(graph, threads));
  say_notes(session, graph);
  session.open(folder);
  return run_session(session, &options, out);
}

ExitCode resume_command(const ResumeOptions& options, std::ostream& out, std::ostream& err) {
  const RunFolder folder = RunFolder::open(options.folder);
  GraphOptions overrides;
  overrides.ticks = options.ticks;
  overrides.resumed = true;
  const LoadedGraph loaded = load_graph(folder.file("graph.toml"), overrides, options.plugin_path);
  const Graph& graph = loaded.graph;
  Checkpoint checkpoint = newest_checkpoint(folder, err);
  InterruptGuard::checkpoint_saved();
  const int64_t done = checkpoint.info().tick;
  if (graph.run.ticks < done) {
    throw Failure(ExitCode::wrong_input, "the run in '" + folder.path().string() + "' is at tick " +
                                             std::to_string(done) + " already; --ticks is the new total, and " +
                                             std::to_string(graph.run.ticks) + " is less");
  }
  if (graph.run.ticks == done && stored_status(folder.path()) == status_finished) {
    out << "the run in '" << folder.path().string() << "' is finished: " << done << " ticks; its result is in '"
        << folder.file("summary.json").string() << "'\nto go on: weft resume " << folder.path().string() << " --ticks "
        << 2 * done << "\n";
    return ExitCode::done;
  }
  const int threads = thread_count(options.threads);
  Session session(graph, threads, err, is_terminal(err));
  session.load(checkpoint);
  std::error_code no_file;
  fs::remove(folder.file("summary.json"), no_file);
  write_whole(folder.file("graph.toml"), run_text(graph));
  write_whole(folder.file("build.txt"), build_text(graph, threads));
  say_notes(session, graph);
  session.say(Severity::note, "going on from tick " + std::to_string(done));
  session.open(folder);
  return run_session(session, nullptr, out);
}

}  // namespace weft::host
