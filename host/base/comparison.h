/// Statistics that compare samples of few values, such as the results of two methods over several seeds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace weft::host {

/// One or several samples. Where they are strata, such as tasks, each is resampled by itself.
using Samples = std::vector<std::vector<double>>;

struct Interval {
  double low = 0.0, high = 0.0;
};

double mean(const std::vector<double>& values);

/// The middle value, or the mean of the two middle ones.
double median(std::vector<double> values);

/// The mean without the lowest and the highest quarter of the values, rounded down to whole values (the trimmed mean of
/// scipy.stats.trim_mean(values, 0.25)): as robust as the median against single runs, and less noisy (Agarwal et al.,
/// NeurIPS 2021).
double interquartile_mean(std::vector<double> values);

/// The probability that a value of the first sample is greater than one of the second; equal ones count half. It is
/// the Mann-Whitney statistic, divided by the number of pairs.
double probability_of_improvement(const std::vector<double>& values, const std::vector<double>& others);

/// The 95 % interval of probability_of_improvement() of independent samples: method 5 of Newcombe (Statistics in
/// Medicine, 2006), which also gives an interval where all values of one sample are greater than those of the other.
Interval probability_interval(const std::vector<double>& values, const std::vector<double>& others);

/// The 95 % interval of a statistic by the bias-corrected and accelerated bootstrap (Efron, 1987), as in
/// scipy.stats.bootstrap(method="BCa"): every sample is resampled by itself. Where all resamples give the same value,
/// as for equal values, the interval is that value. Equal arguments give equal numbers.
Interval bootstrap_interval(const Samples& samples, const std::function<double(const Samples&)>& statistic);

/// How bootstrap_interval() draws: the number of resamples, and the seed of their random numbers.
constexpr int bootstrap_resamples = 10'000;
constexpr uint64_t bootstrap_seed = 0;

}  // namespace weft::host
