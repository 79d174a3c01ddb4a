#include "host/run/recorder.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

#include "host/engine/interrupt.h"

namespace weft::host {
namespace {

using namespace std::chrono_literals;

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%F %T", &local);
  return text.data();
}

std::string heading(Severity severity) {
  return severity == Severity::warning ? "warning: " : severity == Severity::error ? "error: " : "";
}

int64_t size_of_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : static_cast<int64_t>(size);
}

}  // namespace

void Recorder::open(const RunFolder& folder, int64_t metrics_size, int64_t tick) {
  csv_.emplace(folder.file("metrics.csv"), metrics_size);
  if (metrics_size == 0) csv_->append(metrics_header);
  log_.emplace(folder.file("log.txt"), size_of_file(folder.file("log.txt")));
  log_->append(early_log_);
  early_log_.clear();
  tensorboard_.emplace(folder.path(), tick + 1);
  flush();
}

void Recorder::set_tick(int64_t tick) {
  tick_ = tick;
  metrics_.set_tick(tick);
  progress_.set_tick(tick);
}

void Recorder::begin(const std::string& stage) {
  InterruptGuard::throw_if_overdue();
  progress_.set_activity(stage);
  running_ = &work_[stage];
}

void Recorder::record(const ComponentNode& node, const weft_metric& metric, double value) {
  metrics_.record(node, metric, value);
}

void Recorder::log(const ComponentNode& node, weft::LogLevel level, const std::string& message) {
  print(level == weft::LogLevel::warning ? Severity::warning : Severity::note,
        fmt::format("{}: {}", node.name, message));
}

void Recorder::progress(const ComponentNode& node, const std::string& message) {
  progress_.set_activity(node.name, message);
  draw_if_due(Progress::Clock::now());
  InterruptGuard::throw_if_overdue();
}

void Recorder::work(const char* unit, double amount) {
  if (!running_) return;
  const auto known = running_->find(std::string_view(unit));
  (known == running_->end() ? (*running_)[unit] : known->second) += amount;
}

void Recorder::print(Severity severity, const std::string& message) {
  progress_.print(heading(severity) + message);
  log_only(severity, message);
}

void Recorder::log_only(Severity severity, const std::string& message) {
  const std::string line = fmt::format("{} tick {} {}{}\n", time_of_day(), tick_, heading(severity), message);
  if (log_) {
    log_->append(line);
  } else {
    early_log_ += line;
  }
}

void Recorder::end_tick() {
  const auto now = Progress::Clock::now();
  draw_if_due(now);
  if (now - flushed_ < 1s) return;
  flush();
  flushed_ = now;
}

void Recorder::draw_if_due(Progress::Clock::time_point now) {
  if (progress_.due(now)) progress_.draw(now, metrics_.headlines());
}

void Recorder::flush() {
  for (const MetricRow& row : metrics_.take_rows()) {
    csv_->append(to_csv(row));
    tensorboard_->scalar(row.tick, *row.name, row.value);
  }
  csv_->flush();
  tensorboard_->flush();
  log_->flush();
}

int64_t Recorder::sync() {
  flush();
  csv_->sync();
  return csv_->size();
}

}  // namespace weft::host
