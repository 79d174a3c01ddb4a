/// Marks and labels of a figure's axes.
#pragma once

#include <string>
#include <vector>

namespace weft::host {

/// The values that an axis shows.
struct Range {
  double low = 0.0, high = 0.0;

  /// Adds `share` of the length at both ends, on a logarithmic axis in logarithms. The result is never empty, and
  /// finite.
  Range widened(double share, bool log) const;
  /// In gnuplot's language.
  std::string text() const;
};

/// From the smallest to the largest of at least one value.
Range range_of(const std::vector<double>& values);

/// Round numbers inside the range, at most `most` of them: multiples of 1, 2 or 5 times a power of ten.
std::vector<double> round_numbers(const Range& range, std::size_t most);

/// The power of ten that labels omit: 0 unless the largest absolute value is at least 100 000 or less than 0.01.
int common_exponent(const Range& range);

/// "10⁻⁵", "2·10⁴".
std::string power_label(int digit, int exponent);

/// `set xtics`, or the same for another axis, with the values divided by the power of ten; without labels when
/// `labeled` is false.
std::string linear_marks(const std::string& axis, const std::vector<double>& values, int exponent, bool labeled);

/// The same for a logarithmic axis: labels at powers of ten, in short ranges also at their multiples; small marks
/// between them.
std::string log_marks(const std::string& axis, const Range& range, bool labeled);

/// Names instead of numbers: name i is at i.
std::string named_marks(const std::string& axis, const std::vector<std::string>& names);

}  // namespace weft::host
