/// Statistics for tables over several seeds.
#pragma once

#include <string>
#include <vector>

namespace weft::host {

/// A mean with its confidence interval.
struct Interval {
  double mean = 0.0;
  double low = 0.0, high = 0.0;  ///< 95 %; both equal the mean when there is only one value
};

/// The quantile of sorted values, interpolated linearly (definition 7 of Hyndman and Fan, The American Statistician,
/// 1996); `share` in [0, 1], at least one value.
double quantile(const std::vector<double>& sorted, double share);

/// The mean with its percentile bootstrap interval (Efron, The Annals of Statistics, 1979) from 2,000 resamples
/// with a fixed seed, so that equal values give equal intervals. At least one value, all finite.
Interval bootstrap_interval(const std::vector<double>& values);

/// "-157.2 [-158.1, -156.3]"; without the brackets when there is only one value.
std::string to_text(const Interval& interval, std::size_t values);

}  // namespace weft::host
