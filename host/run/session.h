/// A session: one process's share of a run, from its first tick or a checkpoint to its end or an interrupt.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
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
  /// The resources of a session.
  struct Surroundings {
    int threads;
    std::ostream& screen;  ///< for progress, log lines and notes
    bool terminal;         ///< `screen` can show a progress line
    /// How long a tick may still take after an interrupt.
    std::chrono::seconds patience = InterruptGuard::default_patience;
  };

  /// A new run of `graph`, which must outlive the session, in `folder`. The components are made before the folder is
  /// touched, so that a graph that cannot start leaves nothing behind. Throws the Failures of RunFolder::create, of
  /// components that cannot be made and, without `replace`, of require_new_outputs().
  static std::unique_ptr<Session> start(const Graph& graph, const std::filesystem::path& folder, bool replace,
                                        const Surroundings& surroundings);

  /// Continues the run in `folder` from one of its checkpoints, as if it had never stopped. Throws Failure when the
  /// checkpoint does not fit the graph.
  static std::unique_ptr<Session> resume(const Graph& graph, RunFolder folder, Checkpoint& checkpoint,
                                         const Surroundings& surroundings);

  /// Runs all remaining ticks. Returns `done`, or `interrupted` after saving the state. Rethrows the Failure of a
  /// component, or of a tick that was abandoned after an interrupt, with a note about the checkpoint to continue from;
  /// after a Failure nothing is saved.
  ExitCode run();

  /// Valid after run().
  const Summary& summary() const noexcept { return summary_; }

 private:
  /// Makes the components, for a run in `folder`.
  Session(const Graph& graph, const std::filesystem::path& folder, const Surroundings& surroundings);

  void load(Checkpoint& checkpoint);
  /// Starts writing into the folder.
  void open(RunFolder folder, int threads);
  void print_notes();
  void run_ticks(const InterruptGuard& interrupts);
  void finish_tick(int64_t tick);
  void save();
  void finish(const char* status, const std::string& error);
  /// `prospect`: what to expect when continuing from the last checkpoint; may be empty.
  [[noreturn]] void fail(const Failure& failure, const std::string& prospect);

  const Graph& graph_;
  const Graph placed_;  ///< with_outputs_in() the folder
  std::chrono::seconds patience_;
  Progress progress_;
  Recorder recorder_;
  Instance instance_;
  Runner runner_;
  std::map<std::string, ComponentStamp> stamps_;
  std::map<std::string, std::string> inputs_;     ///< of the files that components read, when the session began
  std::map<std::string, std::string> libraries_;  ///< that compute, and their instruction sets
  std::optional<RunFolder> folder_;
  int64_t done_ = -1;   ///< the last finished tick; 0: the `at_start` firings; -1: none
  int64_t saved_ = -1;  ///< the tick of the newest checkpoint
  int64_t metrics_size_ = 0;
  std::chrono::steady_clock::time_point begin_;
  Summary summary_;
};

}  // namespace weft::host
