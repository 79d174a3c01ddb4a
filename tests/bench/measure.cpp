#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "benchmark.h"
#include "openblas.h"

namespace weft::bench {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

double time_of(const std::function<void()>& call) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  call();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void Series::sample() {
  constexpr double sample_seconds = 0.05;
  at::set_num_threads(torch_threads_);
  openblas().set_threads(torch_threads_);
  if (calls_ == 0) {
    call_();  // lets it allocate its buffers
    calls_ = std::max<int64_t>(1, std::llround(sample_seconds / time_of(call_)));
  }
  // Loads the data into the caches, and brings idle cores back to full speed.
  for (double warm = 0.0; warm < sample_seconds;) warm += time_of(call_);
  samples_.push_back(time_of([this] {
                       for (int64_t call = 0; call < calls_; ++call) call_();
                     }) /
                     static_cast<double>(calls_));
  at::set_num_threads(1);
  openblas().set_threads(1);
  // OpenBLAS's other threads spin for 2^28 ticks after their last product. The next measurement, including the roof,
  // needs all cores.
  constexpr std::chrono::milliseconds until_they_sleep(150);
  if (torch_threads_ > 1) std::this_thread::sleep_for(until_they_sleep);
}

double Series::seconds() const { return median(samples_); }

Row bounded_row(const std::string& name, double value, const std::string& unit, double target,
                std::optional<double> seconds) {
  Row row;
  row.name = name;
  row.value = value;
  row.unit = unit;
  row.target = target;
  row.seconds = seconds;
  return row;
}

Row roof_row(const std::string& name, double target, double seconds, double flop, double roof) {
  Row row = bounded_row(name, flop / seconds / roof, "F", target, seconds);
  row.at_least = true;
  row.flop = flop;
  row.over_roof = row.value;
  return row;
}

}  // namespace weft::bench
