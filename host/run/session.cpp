#include "host/run/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "host/base/file.h"
#include "host/engine/call_tracker.h"
#include "host/graph/text.h"
#include "host/run/build_info.h"
#include "host/run/libraries.h"

namespace weft::host {

Session::Session(const Graph& graph, const std::filesystem::path& folder, const Surroundings& surroundings)
    : graph_(graph),
      placed_(with_outputs_in(graph, folder)),
      patience_(surroundings.patience),
      progress_(surroundings.screen, surroundings.terminal),
      recorder_(placed_, progress_),  // which knows metrics by the nodes of the instance
      instance_(placed_, recorder_, surroundings.threads),
      runner_(placed_,
              [this](const std::string& stage) {
                recorder_.begin(stage);
                instance_.run(stage);
              }),
      stamps_(stamps(graph)),
      inputs_(input_checksums(graph)),
      libraries_(library_versions()) {}

std::unique_ptr<Session> Session::start(const Graph& graph, const std::filesystem::path& folder, bool replace,
                                        const Surroundings& surroundings) {
  RunFolder::require_free(folder, replace);
  if (!replace) require_new_outputs(graph);
  std::unique_ptr<Session> session(new Session(graph, folder, surroundings));
  session->open(RunFolder::create(folder, replace), surroundings.threads);
  return session;
}

std::unique_ptr<Session> Session::resume(const Graph& graph, RunFolder folder, Checkpoint& checkpoint,
                                         const Surroundings& surroundings) {
  std::unique_ptr<Session> session(new Session(graph, folder.path(), surroundings));
  session->load(checkpoint);
  std::error_code no_file;
  std::filesystem::remove(folder.file("summary.json"), no_file);
  session->open(std::move(folder), surroundings.threads);
  return session;
}

void Session::load(Checkpoint& checkpoint) {
  const CheckpointInfo& info = checkpoint.info();
  for (const std::string& note : compare(checkpoint, graph_, stamps_)) recorder_.print(Severity::note, note);
  instance_.load(checkpoint.arrays());
  checkpoint.require_all_read();
  recorder_.metrics().load(info.metrics);
  metrics_size_ = info.metrics_size;
  done_ = saved_ = info.tick;
}

void Session::open(RunFolder folder, int threads) {
  folder_.emplace(std::move(folder));
  write_whole(folder_->file("graph.toml"), run_text(graph_));
  write_whole(folder_->file("build.txt"), build_text(graph_, folder_->path(), threads));
  print_notes();
  recorder_.set_tick(std::max<int64_t>(done_, 0));
  recorder_.open(*folder_, metrics_size_, done_);
  summary_.graph = &graph_;
  summary_.folder = folder_->path();
  summary_.first = std::max<int64_t>(done_, 0) + 1;
}

void Session::print_notes() {
  for (const Diagnostic& note : graph_.notes) recorder_.print(Severity::note, to_text(note));
  for (const ComputingLibrary& library : computing_libraries()) {
    if (library.name != "BLAS") continue;
    recorder_.print(Severity::warning,
                    fmt::format("the BLAS in use is {}, not OpenBLAS, and matrix products may be many times slower; "
                                "install libopenblas0-pthread, or select it with 'update-alternatives'",
                                quoted(library.file)));
  }
  if (done_ >= 0) recorder_.print(Severity::note, fmt::format("continuing from tick {}", done_));
}

ExitCode Session::run() {
  const InterruptGuard interrupts(saved_ >= 0, patience_);
  begin_ = std::chrono::steady_clock::now();
  progress_.begin(std::max<int64_t>(done_, 0), graph_.run.ticks);
  try {
    run_ticks(interrupts);
    if (saved_ != done_) save();
    if (done_ < graph_.run.ticks) {
      finish(status_interrupted, "");
      return ExitCode::interrupted;
    }
    // The last means are reported after the checkpoint, so that a run that is extended later does not split them here.
    if (graph_.run.ticks % graph_.run.report != 0) recorder_.metrics().report();
    finish(status_finished, "");
  } catch (const ComponentFailure& failure) {
    // Equal runs fail in the same way, too.
    fail(failure, fmt::format(", and fails in the same way unless {} or the plugin is changed",
                              quoted(folder_->file("graph.toml"))));
  } catch (const Failure& failure) {
    fail(failure, "");
  }
  return ExitCode::done;
}

void Session::run_ticks(const InterruptGuard& interrupts) {
  if (done_ < 0) {
    runner_.start();
    finish_tick(0);
  }
  while (done_ < graph_.run.ticks && !interrupts.requested()) {
    const int64_t tick = done_ + 1;
    instance_.set_tick(tick);
    recorder_.set_tick(tick);
    runner_.tick(tick);
    if (tick % graph_.run.report == 0) recorder_.metrics().report();
    finish_tick(tick);
  }
}

void Session::finish_tick(int64_t tick) {
  done_ = tick;
  const int64_t every = graph_.run.checkpoint;
  if (tick > 0 && every > 0 && tick % every == 0) save();
  recorder_.end_tick();
}

void Session::save() {
  CheckpointInfo info;
  info.tick = done_;
  info.seed = graph_.run.seed;
  info.metrics_size = recorder_.sync();
  info.metrics = recorder_.metrics().save();
  info.components = stamps_;
  info.settings = settings(graph_);
  info.inputs = inputs_;
  info.libraries = libraries_;
  info.build = build_line();
  const CheckpointFolder checkpoints = folder_->checkpoints();
  write_checkpoint(checkpoints.file(done_), info, [this](weft::StateSink& sink) { instance_.save(sink); });
  saved_ = done_;
  InterruptGuard::checkpoint_saved();
  checkpoints.prune();
}

void Session::finish(const char* status, const std::string& error) {
  progress_.end();
  recorder_.flush();
  summary_.status = status;
  summary_.error = error;
  summary_.tick = std::max<int64_t>(done_, 0);
  summary_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  summary_.headlines = recorder_.metrics().headlines();
  summary_.timings = runner_.timings();
  for (StageTiming& timing : summary_.timings) timing.work = recorder_.work_of(timing.stage);
  const std::filesystem::path timing_file = folder_->file("timing.csv");
  std::string timing = std::filesystem::exists(timing_file) ? read_whole(timing_file) : timing_header;
  write_whole(timing_file, timing + to_timing_rows(summary_));
  write_whole(folder_->file("summary.json"), to_json(summary_));
}

void Session::fail(const Failure& failure, const std::string& prospect) {
  std::vector<Diagnostic> diagnostics = failure.diagnostics();
  const std::filesystem::path& folder = folder_->path();
  diagnostics.emplace_back();
  diagnostics.back().severity = Severity::note;
  diagnostics.back().message =
      saved_ < 0 ? fmt::format("no checkpoint was saved; the recorded metrics are in {}", quoted(folder))
                 : fmt::format("the last checkpoint is {}; 'weft resume {}' continues from it{}",
                               quoted(folder_->checkpoints().file(saved_)), folder.string(), prospect);
  try {
    for (const Diagnostic& diagnostic : failure.diagnostics())
      recorder_.log_only(diagnostic.severity, diagnostic.message);
    finish(failure.code() == ExitCode::interrupted ? status_interrupted : status_failed, failure.what());
  } catch (const Failure&) {
    // The disk is full or gone: the first failure reports that already, or matters more.
  }
  throw Failure(failure.code(), diagnostics);
}

}  // namespace weft::host
