#include "host/figures/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

#include "host/base/number.h"
#include "host/figures/gnuplot.h"

namespace weft::host {
namespace {

using limits = std::numeric_limits<double>;

std::string raised(int exponent) {
  constexpr std::array<const char*, 10> digits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char letter : fmt::to_string(std::abs(exponent))) text += digits[static_cast<std::size_t>(letter - '0')];
  return text;
}

/// Without rounding errors of divisions (0.30000000000000004).
std::string label(double value) {
  if (std::fabs(value) >= 10'000.0 && std::fabs(value) < 1e15 && value == std::round(value))
    return grouped(std::llround(value));
  return brief(value);
}

std::string marks(const std::string& axis, const std::string& list) {
  return fmt::format("set {}tics nomirror ({})\n", axis, list);
}

}  // namespace

Range Range::widened(double share, bool log) const {
  if (log) {
    const double room = high > low ? std::pow(high / low, share) : 2.0;
    return {std::max(low / room, limits::denorm_min()), std::min(high * room, limits::max())};
  }
  const double room = high > low ? share * (high - low) : std::max(0.05 * std::fabs(low), 0.05);
  return {std::max(low - room, limits::lowest()), std::min(high + room, limits::max())};
}

std::string Range::text() const { return fmt::format("[{}:{}]", shortest(low), shortest(high)); }

Range range_of(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

std::vector<double> round_numbers(const Range& range, std::size_t most) {
  const double rough = (range.high - range.low) / static_cast<double>(most);
  // Closer than doubles of this size can tell apart: multiples of a step would not be different numbers.
  if (!(rough > 1e-12 * std::max(std::fabs(range.low), std::fabs(range.high)))) return {range.low};
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  std::vector<double> values;
  for (const double digit : {1.0, 2.0, 5.0, 10.0}) {
    const double step = digit * power;
    values.clear();
    for (double number = std::ceil(range.low / step - 1e-9); number * step <= range.high + 1e-9 * step; number += 1.0)
      values.push_back(number * step + 0.0);  // no -0
    if (values.size() <= most) break;
  }
  return values;
}

int common_exponent(const Range& range) {
  const double largest = std::max(std::fabs(range.low), std::fabs(range.high));
  if (largest == 0.0 || (largest >= 0.01 && largest < 100'000.0)) return 0;
  return static_cast<int>(std::floor(std::log10(largest)));
}

std::string power_label(int digit, int exponent) {
  return fmt::format("{}10{}", digit == 1 ? "" : fmt::format("{}·", digit), raised(exponent));
}

std::string linear_marks(const std::string& axis, const std::vector<double>& values, int exponent, bool labeled) {
  const double power = std::pow(10.0, exponent);
  std::string list;
  for (const double value : values)
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", gnuplot_text(labeled ? label(value / power) : ""),
                        shortest(value));
  return marks(axis, list);
}

std::string named_marks(const std::string& axis, const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t index = 0; index < names.size(); ++index)
    list += fmt::format("{}{} {}", index ? ", " : "", gnuplot_text(names[index]), index);
  return marks(axis, list);
}

std::string log_marks(const std::string& axis, const Range& range, bool labeled) {
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::floor(std::log10(range.high)));
  const double decades = std::log10(std::min(range.high / range.low, limits::max()));
  const std::set<int> digits = decades < 0.7   ? std::set<int>{1, 2, 3, 4, 5, 6, 7, 8, 9}
                               : decades < 2.5 ? std::set<int>{1, 2, 5}
                                               : std::set<int>{1};
  const int step = std::max(1, static_cast<int>(std::ceil(decades / 7.0)));
  const bool plain = first >= -3 && last <= 3;
  std::string list;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int digit = 1; digit < 10; ++digit) {
      const double value = digit * std::pow(10.0, exponent);
      const bool major = digits.contains(digit) && exponent % step == 0;
      if (value < range.low || value > range.high || (!major && step > 1)) continue;
      const std::string text = plain ? brief(value) : power_label(digit, exponent);
      list += fmt::format("{}{} {} {}", list.empty() ? "" : ", ", gnuplot_text(major && labeled ? text : ""),
                          shortest(value), major ? 0 : 1);
    }
  }
  return fmt::format("set logscale {}\n{}", axis, marks(axis, list));
}

}  // namespace weft::host
