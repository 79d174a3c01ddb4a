#include "host/base/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "host/base/number.h"

namespace weft::host {

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

Estimate estimate(const std::vector<double>& values) {
  Estimate result;
  result.count = values.size();
  const auto count = static_cast<double>(values.size());
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  if (values.size() < fewest_for_interval) {
    result.low = *std::min_element(values.begin(), values.end());
    result.high = *std::max_element(values.begin(), values.end());
    return result;
  }
  double squares = 0.0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  const double standard_error = std::sqrt(squares / (count - 1.0) / count);
  const double width = boost::math::quantile(boost::math::students_t(count - 1.0), 0.975) * standard_error;
  result.low = result.mean - width;
  result.high = result.mean + width;
  return result;
}

std::string to_text(const Estimate& estimate) {
  const std::string mean = brief(estimate.mean), low = brief(estimate.low), high = brief(estimate.high);
  if (estimate.count == 1) return fmt::format("{}, n = 1", mean);
  if (estimate.count < fewest_for_interval)
    return fmt::format("{} ({} to {}), n = {}", mean, low, high, estimate.count);
  return fmt::format("{} [{}, {}], n = {}", mean, low, high, estimate.count);
}

std::string surroundings(std::size_t fewest, std::size_t most) {
  if (most < fewest_for_interval) return "smallest to largest";
  if (fewest >= fewest_for_interval) return "95 % t interval";
  return fmt::format("95 % t interval, smallest to largest below {}", fewest_for_interval);
}

}  // namespace weft::host
