/// Writes the output of a run: metrics.csv, the TensorBoard file, log.txt and the screen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "host/base/file.h"
#include "host/engine/instance.h"
#include "host/engine/runner.h"
#include "host/run/folder.h"
#include "host/run/metrics.h"
#include "host/run/progress.h"
#include "host/run/tensorboard.h"

namespace weft::host {

/// Listens to the components. Files are written only between ticks, so that a full disk is not blamed on the component
/// that was running. Until open() everything is kept in memory.
class Recorder final : public Listener {
 public:
  Recorder(const Graph& graph, Progress& progress) : metrics_(graph), progress_(progress) {}

  /// Opens the files in the folder: metrics.csv is cut to its first `metrics_size` bytes (0: it starts from scratch),
  /// and TensorBoard's values after tick `tick` are superseded.
  void open(const RunFolder& folder, int64_t metrics_size, int64_t tick);

  void set_tick(int64_t tick);
  /// The stage that is about to run. This and progress() throw when the tick takes too long after an interrupt
  /// (InterruptGuard::throw_if_overdue).
  void begin(const std::string& stage);

  void record(const ComponentNode& node, const weft_metric& metric, double value) override;
  void log(const ComponentNode& node, weft::LogLevel level, const std::string& message) override;
  void progress(const ComponentNode& node, const std::string& message) override;
  /// Attributed to the stage that is running.
  void work(const char* unit, double amount) override;
  /// Prints a line of the host to the screen and to log.txt.
  void print(Severity severity, const std::string& message);
  /// The same, only to log.txt.
  void log_only(Severity severity, const std::string& message);

  /// Draws and writes when it is due.
  void end_tick();
  /// Writes everything that was recorded so far.
  void flush();
  /// The same, made durable; returns the size of metrics.csv.
  int64_t sync();

  /// The work that components reported while this stage was running.
  const Work& work_of(const std::string& stage) { return work_[stage]; }

  Metrics& metrics() noexcept { return metrics_; }

 private:
  void draw_if_due(Progress::Clock::time_point now);

  Metrics metrics_;
  Progress& progress_;
  int64_t tick_ = 0;
  std::map<std::string, Work> work_;  ///< by stage
  Work* running_ = nullptr;           ///< of the stage that is running; null before the first
  std::string early_log_;             ///< before open()
  std::optional<OutputFile> csv_, log_;
  std::optional<TensorBoardFile> tensorboard_;
  Progress::Clock::time_point flushed_{};
};

}  // namespace weft::host
