#include "host/run/session.h"

#include <algorithm>
#include <filesystem>

#include "host/base/file.h"
#include "host/engine/call_tracker.h"
#include "host/graph/text.h"
#include "host/run/build_info.h"

namespace weft::host {

Session::Session(const Graph& graph, int threads, std::ostream& screen, bool terminal)
    : graph_(graph),
      progress_(screen, terminal),
      recorder_(graph, progress_),
      instance_(graph, recorder_, threads),
      runner_(graph,
              [this](const std::string& stage) {
                recorder_.begin(stage);
                instance_.run(stage);
              }),
      stamps_(stamps(graph)) {}

void Session::load(Checkpoint& checkpoint) {
  const CheckpointInfo& info = checkpoint.info();
  for (const std::string& note : compare(checkpoint, graph_, stamps_)) say(Severity::note, note);
  instance_.load(checkpoint);
  checkpoint.require_all_read();
  recorder_.metrics().load(info.metrics);
  metrics_size_ = info.metrics_size;
  done_ = saved_ = info.tick;
}

void Session::open(const RunFolder& folder) {
  folder_ = &folder;
  recorder_.set_tick(std::max<int64_t>(done_, 0));
  recorder_.open(folder, metrics_size_, done_);
  summary_.graph = &graph_;
  summary_.folder = folder.path();
  summary_.first = std::max<int64_t>(done_, 0) + 1;
}

ExitCode Session::run() {
  const InterruptGuard interrupts(saved_ >= 0);
  begin_ = std::chrono::steady_clock::now();
  progress_.begin(std::max<int64_t>(done_, 0), graph_.run.ticks);
  try {
    run_ticks(interrupts);
    if (saved_ != done_) save();
    if (done_ < graph_.run.ticks) {
      finish(status_interrupted, "");
      return ExitCode::interrupted;
    }
    // The last means are reported after the checkpoint: a run that is extended later goes on without this cut.
    if (graph_.run.ticks % graph_.run.report != 0) recorder_.metrics().report();
    finish(status_finished, "");
  } catch (const ComponentFailure& failure) {
    // Equal runs are equal in this as well.
    fail(failure,
         ", and fails in the same way unless '" + folder_->file("graph.toml").string() + "' or the plugin is changed");
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
  const std::string folder = folder_->path().string();
  diagnostics.emplace_back();
  diagnostics.back().severity = Severity::note;
  diagnostics.back().message = saved_ < 0
                                   ? "nothing was saved before; what was recorded is in '" + folder + "'"
                                   : "the last good checkpoint is '" + folder_->checkpoints().file(saved_).string() +
                                         "'; 'weft resume " + folder + "' goes on from it" + prospect;
  try {
    for (const Diagnostic& diagnostic : failure.diagnostics())
      recorder_.log_only(diagnostic.severity, diagnostic.message);
    finish(status_failed, failure.what());
  } catch (const Failure&) {
    // The disk is full or gone: that is what the failure says already, or it matters less.
  }
  throw Failure(failure.code(), diagnostics);
}

}  // namespace weft::host
