/// One process's part of a run: from its first tick, or from a checkpoint, to its end or an interrupt.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>

#include "host/engine/instance.h"
#include "host/engine/interrupt.h"
#include "host/engine/runner.h"
#include "host/graph/graph.h"
#include "host/run/checkpoint.h"
#include "host/run/folder.h"
#include "host/run/recorder.h"
#include "host/run/summary.h"

namespace weft::host {

class Session {
 public:
  /// Makes the components. Says what it has to on `screen`, with a progress line where that is a terminal.
  Session(const Graph& graph, int threads, std::ostream& screen, bool terminal);

  /// Takes up the state of a checkpoint, before open(); `now` are the stamps of the graph's components.
  void load(Checkpoint& checkpoint);
  /// Begins to write into `folder`, which has to outlive this.
  void open(const RunFolder& folder);
  /// A line for screen and log.
  void say(Severity severity, const std::string& message) { recorder_.say(severity, message); }

  /// Runs all ticks that are left. Returns `done` or, with the state saved, `interrupted`. A Failure of a
  /// component is thrown on, with a note about the checkpoint to go on from; nothing is saved after it.
  ExitCode run();

  /// For the end of the run; after run().
  const Summary& summary() const noexcept { return summary_; }

 private:
  void run_ticks(const InterruptGuard& interrupts);
  void finish_tick(int64_t tick);
  void save();
  void finish(const char* status, const std::string& error);
  /// `prospect`: what is to be expected of going on from the last checkpoint; may be empty.
  [[noreturn]] void fail(const Failure& failure, const std::string& prospect);

  const Graph& graph_;
  Progress progress_;
  Recorder recorder_;
  Instance instance_;
  Runner runner_;
  std::map<std::string, ComponentStamp> stamps_;
  const RunFolder* folder_ = nullptr;
  int64_t done_ = -1;   ///< the last tick that was done; 0: the `at_start` firings; -1: nothing
  int64_t saved_ = -1;  ///< the tick of the newest checkpoint
  int64_t metrics_size_ = 0;
  std::chrono::steady_clock::time_point begin_;
  Summary summary_;
};

}  // namespace weft::host
