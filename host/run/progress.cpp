#include "host/run/progress.h"

#include <fmt/format.h>

#include <utility>

#include "host/base/number.h"

namespace weft::host {
namespace {

using namespace std::chrono_literals;

constexpr auto redraw = 100ms;
constexpr auto rate_window = 60s;
constexpr auto rate_step = 500ms;

}  // namespace

std::string progress_text(const ProgressState& state) {
  const int64_t percent = state.ticks > 0 ? state.tick * 100 / state.ticks : 100;
  std::string text = fmt::format("tick {}/{} ({}%)", grouped(state.tick), grouped(state.ticks), percent);
  if (state.rate > 0.0) {
    text += fmt::format("  {} ticks/s  {} left", brief(state.rate),
                        duration(static_cast<double>(state.ticks - state.tick) / state.rate));
  }
  for (const Headline& headline : state.headlines) {
    if (headline.count == 0) continue;
    text += fmt::format("  {} {}", *headline.name, brief(headline.first));
    if (headline.count > 1) text += fmt::format(" -> {}", brief(headline.latest));
  }
  return state.activity.empty() ? text : fmt::format("{}  {}", text, state.activity);
}

void Progress::begin(int64_t done, int64_t ticks) {
  state_.tick = done;
  state_.ticks = ticks;
  last_time_ = Clock::now();
  last_tick_ = done;
  samples_ = {{last_time_, done}};
}

void Progress::set_activity(const std::string& stage, const std::string& message) {
  state_.activity = message.empty() ? stage : fmt::format("{}: {}", stage, message);
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
