#include "host/base/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/base/number.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

constexpr int resamples = 2'000;
constexpr uint64_t resampling_seed = 0;

}  // namespace

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

Interval bootstrap_interval(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  if (values.size() == 1) return {mean, mean, mean};
  weft::Random random(resampling_seed);
  std::vector<double> means(resamples);
  for (double& resampled : means) {
    double sum = 0.0;
    for (std::size_t draw = 0; draw < values.size(); ++draw)
      sum += values[static_cast<std::size_t>(random.below(static_cast<int64_t>(values.size())))];
    resampled = sum / count;
  }
  std::sort(means.begin(), means.end());
  return {mean, quantile(means, 0.025), quantile(means, 0.975)};
}

std::string to_text(const Interval& interval, std::size_t values) {
  const std::string mean = brief(interval.mean);
  return values > 1 ? fmt::format("{} [{}, {}]", mean, brief(interval.low), brief(interval.high)) : mean;
}

}  // namespace weft::host
