/// The progress of a run on the screen.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <vector>

#include "host/base/terminal.h"
#include "host/run/metrics.h"

namespace weft::host {

/// The content of a progress line.
struct ProgressState {
  int64_t tick = 0;
  int64_t ticks = 0;  ///< the last tick of the run
  double rate = 0.0;  ///< recent ticks per second; 0: not known yet
  std::vector<Headline> headlines;
  std::string activity;  ///< what is running now; may be empty
};

/// "tick 500/2,500 (20%)  88 ticks/s  23s left  a.value -1200 -> -300  fit: epoch 3"
std::string progress_text(const ProgressState& state);

/// On a terminal, a progress line that is redrawn ten times a second; elsewhere separate lines: about twenty in a run,
/// and at least one a minute.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress(std::ostream& stream, bool terminal) : line_(stream, terminal) {}

  /// Starts a session in which `done` of `ticks` are finished already.
  void begin(int64_t done, int64_t ticks);
  /// The tick that is running or was finished last.
  void set_tick(int64_t tick) { state_.tick = tick; }
  /// The stage that is running, and its message (may be empty).
  void set_activity(const std::string& stage, const std::string& message = "");

  /// Whether it is time to draw.
  bool due(Clock::time_point now) const;
  void draw(Clock::time_point now, std::vector<Headline> headlines);
  /// Prints a line that stays, above the progress line.
  void print(const std::string& line) { line_.print(line); }
  /// Removes the progress line.
  void end() { line_.end(); }

 private:
  void measure_rate(Clock::time_point now);

  struct Sample {
    Clock::time_point time;
    int64_t tick;
  };

  StatusLine line_;
  ProgressState state_;
  Clock::time_point last_time_{};
  int64_t last_tick_ = 0;
  std::deque<Sample> samples_;  ///< of the last minute
};

}  // namespace weft::host
