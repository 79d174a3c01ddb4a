/// What a user sees while a run goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <vector>

#include "host/run/metrics.h"

namespace weft::host {

/// A number for people: four significant digits.
std::string brief(double value);
/// "2,500".
std::string grouped(int64_t number);
/// "41s", "6m05s", "3h20m".
std::string duration(double seconds);

/// What one progress line tells.
struct ProgressState {
  int64_t tick = 0;
  int64_t ticks = 0;  ///< the last tick of the run
  double rate = 0.0;  ///< ticks per second of late; 0: not known yet
  std::vector<Headline> headlines;
  std::string activity;  ///< what is being done now, or empty
};

/// "tick 500/2,500 (20%)  88 ticks/s  23s left  a.value -1200 -> -300  fit: epoch 3"
std::string progress_text(const ProgressState& state);

/// Whether a stream is standard error on a terminal.
bool is_terminal(const std::ostream& stream);

/// One line at the foot of a terminal, and lines that stay above it. Elsewhere every line stays.
class StatusLine {
 public:
  StatusLine(std::ostream& stream, bool terminal) : stream_(stream), terminal_(terminal) {}

  bool terminal() const noexcept { return terminal_; }
  /// Draws the line anew, cut to the terminal's width.
  void draw(const std::string& text);
  /// A line that stays.
  void say(const std::string& line);
  /// Takes the drawn line away.
  void end();

 private:
  void erase();

  std::ostream& stream_;
  bool terminal_;
  bool drawn_ = false;
};

/// The progress line of a terminal, drawn anew ten times a second; elsewhere now and then a line of its own:
/// about twenty in a run, and one a minute.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress(std::ostream& stream, bool terminal) : line_(stream, terminal) {}

  /// The ticks of this session: `done` of `ticks` were done before.
  void begin(int64_t done, int64_t ticks);
  /// The tick that is under way or done.
  void set_tick(int64_t tick) { state_.tick = tick; }
  /// The stage that is busy, and what it says about that (may be empty); kept as text when it is drawn.
  void set_activity(const std::string& stage, const std::string& message = "");

  /// Whether it is time to draw.
  bool due(Clock::time_point now) const;
  void draw(Clock::time_point now, std::vector<Headline> headlines);
  /// A line that stays, above the progress line.
  void say(const std::string& line) { line_.say(line); }
  /// Takes the progress line away.
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
