// Statistics of comparisons: closed forms, and numbers of scipy 1.17 and rliable 1.2.
#include "host/base/comparison.h"

#include <cmath>
#include <cstdio>

#include "host/base/statistics.h"
#include "weft/core/random.h"
#include "weft/testing/catch.h"

using namespace weft::host;

namespace {

const std::vector<double> x = {3.1, -2.0, 7.5, 4.4, 0.3, 12.9, 5.2, 4.1}, y = {1.0, 2.5, -3.3, 4.4, 0.1, 2.2, 1.7};

double mean_of_first(const Samples& samples) { return mean(samples[0]); }
double iqm_of_first(const Samples& samples) { return interquartile_mean(samples[0]); }

}  // namespace

TEST_CASE("interquartile mean, median and probability of improvement are those of scipy and rliable") {
  CHECK(interquartile_mean(x) == Approx(4.2));
  CHECK(interquartile_mean(y) == Approx(1.5));
  CHECK(interquartile_mean({3.1, -2.0, 7.5}) == Approx(8.6 / 3.0));  // of three values nothing is cut
  CHECK(median(x) == Approx(4.25));
  CHECK(median(y) == 1.7);
  CHECK(probability_of_improvement(x, y) == Approx(0.7589285714285714));
  CHECK(probability_of_improvement(y, x) == Approx(1.0 - 0.7589285714285714));
  CHECK(probability_of_improvement({1.0, 1.0}, {1.0}) == 0.5);
}

TEST_CASE("bootstrap intervals are those of scipy, up to the noise of the draws") {
  // scipy.stats.bootstrap(method="BCa") with 100 000 to 400 000 resamples
  const Interval of_mean = bootstrap_interval({x}, mean_of_first);
  CHECK(of_mean.low == Approx(1.8625).margin(0.1));
  CHECK(of_mean.high == Approx(7.775).margin(0.15));
  const Interval of_iqm = bootstrap_interval({x}, iqm_of_first);
  CHECK(of_iqm.low == Approx(1.0).margin(0.15));
  CHECK(of_iqm.high == Approx(7.425).margin(0.15));
  const Interval of_pairs = bootstrap_interval(
      {x, y}, [](const Samples& samples) { return probability_of_improvement(samples[0], samples[1]); });
  CHECK(of_pairs.low == Approx(0.4107142857).margin(0.02));
  CHECK(of_pairs.high == Approx(0.9553571429).margin(0.01));
  std::vector<double> skewed;
  for (const double value : {0.1, 0.5, -1.2, 2.0, 1.1, -0.3, 0.0, 3.0, 0.7, -0.8, 1.9, 0.2})
    skewed.push_back(std::exp(value));
  const Interval of_skewed = bootstrap_interval({skewed}, mean_of_first);
  CHECK(of_skewed.low == Approx(1.77927).margin(0.05));
  CHECK(of_skewed.high == Approx(9.09378).margin(0.3));
}

TEST_CASE("strata are resampled by themselves; equal values give an interval without width") {
  // Every resample of each stratum is the same, so only a resampling across strata would have a width.
  const Interval of_strata = bootstrap_interval(
      {{1.0, 1.0, 1.0}, {5.0, 5.0}}, [](const Samples& strata) { return mean(strata[0]) + mean(strata[1]); });
  CHECK(of_strata.low == 6.0);
  CHECK(of_strata.high == 6.0);
}

TEST_CASE("the interval of a probability of improvement solves its equation and never has zero width") {
  const auto distance = [](double limit, double found, double m, double n) {
    const double pairs = (m + n) / 2.0 - 1.0;
    const double variance =
        limit * (1.0 - limit) * (1.0 + pairs * ((1.0 - limit) / (2.0 - limit) + limit / (1.0 + limit))) / (m * n);
    return std::abs(limit - found) / std::sqrt(variance);
  };
  const Interval found = probability_interval(x, y);
  CHECK(distance(found.low, 0.7589285714285714, 8, 7) == Approx(1.959964));
  CHECK(distance(found.high, 0.7589285714285714, 8, 7) == Approx(1.959964));
  CHECK(found.low < 0.7589285714285714);
  CHECK(found.high > 0.7589285714285714);
  const Interval separate = probability_interval({6, 7, 8, 9, 10}, {1, 2, 3, 4, 5});
  CHECK(distance(separate.low, 1.0, 5, 5) == Approx(1.959964));
  CHECK(separate.high == Approx(1.0));
  const Interval mirrored = probability_interval(y, x);
  CHECK(mirrored.low == Approx(1.0 - found.high));
  CHECK(mirrored.high == Approx(1.0 - found.low));
}

// Not a test: prints the table of host/cli/README.md. host_base_test "[coverage]"
TEST_CASE("coverage of the intervals", "[.][coverage]") {
  constexpr int repeats = 2'000;
  weft::Random random(1);
  const auto draw = [&](int count, bool skewed, double shift) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = skewed ? std::exp(random.normal()) + shift : random.normal() + shift;
    return values;
  };
  // Of the population: IQM of a log-normal distribution by quadrature over its middle half.
  double iqm_skewed = 0.0;
  for (int step = 0; step < 100'000; ++step) {
    const double low = -0.6744897501960817, z = low - 2.0 * low * (step + 0.5) / 100'000.0;
    iqm_skewed += std::exp(z - 0.5 * z * z) / std::sqrt(2.0 * M_PI) * (-2.0 * low / 100'000.0) / 0.5;
  }
  std::printf(
      "| n | t interval of the mean, normal | the same, log-normal | IQM, normal | IQM, log-normal | P, 0.76 |\n");
  std::printf("|---|---|---|---|---|---|\n");
  const double shift = 1.0, probability = 0.5 * std::erfc(-shift / 2.0);
  for (const int count : {3, 5, 8, 16}) {
    int hits[5] = {};
    for (int repeat = 0; repeat < repeats; ++repeat) {
      for (const bool skewed : {false, true}) {
        const std::vector<double> values = draw(count, skewed, 0.0);
        const Estimate mean = estimate(values);
        const double true_mean = skewed ? std::exp(0.5) : 0.0;
        hits[skewed ? 1 : 0] += mean.low <= true_mean && true_mean <= mean.high;
        // As weft compare: the range of few values, and a bootstrap interval otherwise.
        const Interval iqm = values.size() < fewest_for_interval ? Interval{mean.low, mean.high}
                                                                 : bootstrap_interval({values}, iqm_of_first);
        const double true_iqm = skewed ? iqm_skewed : 0.0;
        hits[skewed ? 3 : 2] += iqm.low <= true_iqm && true_iqm <= iqm.high;
      }
      const Interval pairs = probability_interval(draw(count, false, shift), draw(count, false, 0.0));
      hits[4] += pairs.low <= probability && probability <= pairs.high;
    }
    std::printf("| %d |", count);
    for (const int hit : hits) std::printf(" %.1f %% |", 100.0 * hit / repeats);
    std::printf("\n");
  }
}

// Not a test: prints a table of host/cli/README.md. host_base_test "[power]"
TEST_CASE("power of the interval of an interaction", "[.][power]") {
  constexpr int repeats = 20'000;
  weft::Random random(1);
  std::printf("| seeds | P = 0.6 | P = 0.75 | P = 0.85 | P = 0.95 |\n|---|---|---|---|---|\n");
  for (const int count : {5, 6, 8, 16}) {
    std::printf("| %d |", count);
    // A normal difference of variance 2 is positive with these probabilities.
    for (const double shift : {0.358287, 0.953873, 1.465738, 2.326174}) {
      int shown = 0;
      for (int repeat = 0; repeat < repeats; ++repeat) {
        std::vector<double> interactions(static_cast<std::size_t>(count));
        for (double& value : interactions)
          value = shift + random.normal() - random.normal() - (random.normal() - random.normal());
        const Estimate mean = estimate(interactions);
        shown += mean.low > 0.0 || mean.high < 0.0;
      }
      std::printf(" %.0f %% |", 100.0 * shown / repeats);
    }
    std::printf("\n");
  }
}
