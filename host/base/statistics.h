/// The few statistics that tables of several seeds are told by.
#pragma once

#include <string>
#include <vector>

namespace weft::host {

/// A mean and where it may lie.
struct Interval {
  double mean = 0.0;
  double low = 0.0, high = 0.0;  ///< 95 %; both the mean where there is one value alone
};

/// The quantile of sorted values, linear between them (definition 7 of Hyndman and Fan, The American Statistician,
/// 1996); `share` in [0, 1], at least one value.
double quantile(const std::vector<double>& sorted, double share);

/// The mean with its percentile bootstrap interval (Efron, The Annals of Statistics, 1979) from 2 000 resamples,
/// always the same ones, so that equal values give equal intervals. At least one value, all finite.
Interval bootstrap_interval(const std::vector<double>& values);

/// "-157.2 [-158.1, -156.3]"; without the brackets for one value alone.
std::string to_text(const Interval& interval, std::size_t values);

}  // namespace weft::host
