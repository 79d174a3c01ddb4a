#include "host/base/comparison.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "host/base/statistics.h"
#include "weft/core/random.h"

namespace weft::host {
namespace {

constexpr double level = 0.95;

double normal_quantile(double share) { return boost::math::quantile(boost::math::normal(), share); }
double normal_share(double value) { return boost::math::cdf(boost::math::normal(), value); }

/// The statistic of every resample, sorted.
std::vector<double> resample(const Samples& samples, const std::function<double(const Samples&)>& statistic) {
  Random random(bootstrap_seed);
  std::vector<double> results;
  Samples drawn = samples;
  for (int count = 0; count < bootstrap_resamples; ++count) {
    for (std::size_t sample = 0; sample < samples.size(); ++sample)
      for (double& value : drawn[sample])
        value = samples[sample][static_cast<std::size_t>(random.below(static_cast<int64_t>(samples[sample].size())))];
    results.push_back(statistic(drawn));
  }
  std::sort(results.begin(), results.end());
  return results;
}

/// How much the standard error changes with the statistic, from leaving out each value once.
double acceleration(const Samples& samples, const std::function<double(const Samples&)>& statistic) {
  double cubes = 0.0, squares = 0.0;
  for (std::size_t sample = 0; sample < samples.size(); ++sample) {
    if (samples[sample].size() < 2) continue;
    std::vector<double> without;
    Samples left = samples;
    for (std::size_t index = 0; index < samples[sample].size(); ++index) {
      left[sample] = samples[sample];
      left[sample].erase(left[sample].begin() + static_cast<std::ptrdiff_t>(index));
      without.push_back(statistic(left));
    }
    const double center = mean(without), count = static_cast<double>(without.size());
    for (const double value : without) {
      const double influence = (count - 1.0) * (center - value) / count;
      cubes += influence * influence * influence;
      squares += influence * influence;
    }
  }
  return squares > 0.0 ? cubes / (6.0 * std::pow(squares, 1.5)) : 0.0;
}

}  // namespace

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
}

double interquartile_mean(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto cut = static_cast<std::ptrdiff_t>(values.size() / 4);
  return mean({values.begin() + cut, values.end() - cut});
}

double probability_of_improvement(const std::vector<double>& values, const std::vector<double>& others) {
  double wins = 0.0;
  for (const double value : values)
    for (const double other : others) wins += value > other ? 1.0 : value == other ? 0.5 : 0.0;
  return wins / static_cast<double>(values.size() * others.size());
}

Interval probability_interval(const std::vector<double>& values, const std::vector<double>& others) {
  const double found = probability_of_improvement(values, others), z = normal_quantile(0.5 + level / 2.0);
  const double m = static_cast<double>(values.size()), n = static_cast<double>(others.size());
  const auto deviation = [&](double share) {
    const double pairs = (m + n) / 2.0 - 1.0;
    return std::sqrt(share * (1.0 - share) * (1.0 + pairs * ((1.0 - share) / (2.0 - share) + share / (1.0 + share))) /
                     (m * n));
  };
  // The limits are where the found share is z deviations away: the difference grows along each of the two ranges.
  const auto limit = [&](double near, double far) {
    for (int step = 0; step < 100; ++step) {
      const double middle = 0.5 * (near + far);
      (std::abs(middle - found) <= z * deviation(middle) ? near : far) = middle;
    }
    return 0.5 * (near + far);
  };
  return {limit(found, 0.0), limit(found, 1.0)};
}

Interval bootstrap_interval(const Samples& samples, const std::function<double(const Samples&)>& statistic) {
  const double found = statistic(samples);
  const std::vector<double> results = resample(samples, statistic);
  if (results.front() == results.back()) return {results.front(), results.front()};
  const auto below = static_cast<double>(std::lower_bound(results.begin(), results.end(), found) - results.begin());
  const auto up_to = static_cast<double>(std::upper_bound(results.begin(), results.end(), found) - results.begin());
  const double share = (below + up_to) / (2.0 * static_cast<double>(results.size()));
  double low = (1.0 - level) / 2.0, high = 1.0 - low;
  if (share > 0.0 && share < 1.0) {
    const double bias = normal_quantile(share), speed = acceleration(samples, statistic);
    const auto corrected = [&](double plain) {
      const double distance = bias + normal_quantile(plain);
      return normal_share(bias + distance / (1.0 - speed * distance));
    };
    low = corrected(low);
    high = corrected(high);
  }
  return {quantile(results, low), quantile(results, high)};
}

}  // namespace weft::host
