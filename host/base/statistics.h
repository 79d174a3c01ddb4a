/// Statistics for tables over several seeds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weft::host {

/// The quantile of sorted values, interpolated linearly (definition 7 of Hyndman and Fan, The American Statistician,
/// 1996); `share` in [0, 1], at least one value.
double quantile(const std::vector<double>& sorted, double share);

/// From this number of values on, a mean has a confidence interval. An interval of fewer values would be so wide, or so
/// far from covering what it claims, that their range says more.
constexpr std::size_t fewest_for_interval = 5;

/// The mean of some values, and what surrounds it.
struct Estimate {
  std::size_t count = 0;
  double mean = 0.0;
  /// The 95 % interval of the mean by Student's t distribution; of fewer than fewest_for_interval values, the smallest
  /// and the largest one.
  double low = 0.0, high = 0.0;
};

/// At least one value, all finite.
Estimate estimate(const std::vector<double>& values);

/// "-157.2 [-158.1, -156.3], n = 8" with an interval, "-157.2 (-158.1 to -156.3), n = 3" with a range, "-157.2, n = 1".
std::string to_text(const Estimate& estimate);

/// What surrounds means of between `fewest` and `most` values: "95 % t interval", "smallest to largest", or both.
std::string surroundings(std::size_t fewest, std::size_t most);

}  // namespace weft::host
