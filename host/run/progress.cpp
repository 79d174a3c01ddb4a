#include "host/run/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

namespace weft::host {
namespace {

using std::chrono::duration_cast;
using namespace std::chrono_literals;

constexpr auto redraw = 100ms;
constexpr auto rate_window = 60s;
constexpr auto rate_step = 500ms;

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string format(const char* pattern, auto... values) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

/// Cut to `width` columns, never inside a character of UTF-8.
std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  while (width > 0 && (static_cast<unsigned char>(text[width]) & 0xC0) == 0x80) --width;
  text.resize(width);
  return text;
}

}  // namespace

std::string brief(double value) { return format("%.4g", value); }

std::string grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<int64_t>(digits.size()) - 3; place > (number < 0 ? 1 : 0); place -= 3)
    digits.insert(static_cast<std::size_t>(place), ",");
  return digits;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return format("%llds", whole);
  if (whole < 3600) return format("%lldm%02llds", whole / 60, whole % 60);
  return format("%lldh%02lldm", whole / 3600, whole / 60 % 60);
}

std::string progress_text(const ProgressState& state) {
  const int64_t percent = state.ticks > 0 ? state.tick * 100 / state.ticks : 100;
  std::string text = "tick " + grouped(state.tick) + "/" + grouped(state.ticks) + " (" + std::to_string(percent) + "%)";
  if (state.rate > 0.0) {
    text += "  " + brief(state.rate) + " ticks/s  " +
            duration(static_cast<double>(state.ticks - state.tick) / state.rate) + " left";
  }
  for (const Headline& headline : state.headlines) {
    if (headline.count == 0) continue;
    text += "  " + *headline.name + " " + brief(headline.first);
    if (headline.count > 1) text += " -> " + brief(headline.latest);
  }
  return state.activity.empty() ? text : text + "  " + state.activity;
}

bool is_terminal(const std::ostream& stream) { return &stream == &std::cerr && ::isatty(STDERR_FILENO) != 0; }

void StatusLine::draw(const std::string& text) {
  if (terminal_) {
    stream_ << '\r' << cut(text, terminal_width() - 1) << "\x1b[K" << std::flush;
    drawn_ = true;
  } else {
    stream_ << text << '\n' << std::flush;
  }
}

void StatusLine::say(const std::string& line) {
  erase();
  stream_ << line << '\n' << std::flush;
}

void StatusLine::end() {
  erase();
  stream_ << std::flush;
}

void StatusLine::erase() {
  if (drawn_) stream_ << "\r\x1b[K";
  drawn_ = false;
}

void Progress::begin(int64_t done, int64_t ticks) {
  state_.tick = done;
  state_.ticks = ticks;
  last_time_ = Clock::now();
  last_tick_ = done;
  samples_ = {{last_time_, done}};
}

void Progress::set_activity(const std::string& stage, const std::string& message) {
  state_.activity = stage;
  if (!message.empty()) state_.activity += ": " + message;
}

bool Progress::due(Clock::time_point now) const {
  if (line_.terminal()) return now - last_time_ >= redraw;
  if (now - last_time_ >= 60s) return true;
  return now - last_time_ >= 1s && state_.tick - last_tick_ >= (state_.ticks + 19) / 20;
}

void Progress::draw(Clock::time_point now, std::vector<Headline> headlines) {
  measure_rate(now);
  state_.headlines = std::move(headlines);
  last_time_ = now;
  last_tick_ = state_.tick;
  line_.draw(progress_text(state_));
}

void Progress::measure_rate(Clock::time_point now) {
  if (now - samples_.back().time >= rate_step) samples_.push_back({now, state_.tick});
  while (samples_.size() > 2 && now - samples_[1].time > rate_window) samples_.pop_front();
  const double seconds = std::chrono::duration<double>(now - samples_.front().time).count();
  const auto ticks = static_cast<double>(state_.tick - samples_.front().tick);
  state_.rate = seconds > 0.0 ? ticks / seconds : 0.0;
}

}  // namespace weft::host
