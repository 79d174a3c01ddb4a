/// Marks and labels of a figure's axes.
#pragma once

#include <string>
#include <vector>

namespace weft::host {

/// What an axis shows.
struct Range {
  double low = 0.0, high = 0.0;

  /// A little room at both ends, a share of the whole; on a logarithmic axis of its logarithm. Never empty.
  Range widened(double share, bool log) const;
  /// As gnuplot has it.
  std::string text() const;
};

/// From the smallest to the largest of values, of which there is one at least.
Range range_of(const std::vector<double>& values);

/// Round numbers inside the range, at most `most` of them: multiples of 1, 2 or 5 times a power of ten.
std::vector<double> round_numbers(const Range& range, std::size_t most);

/// The power of ten that labels are better without: 0 unless the largest is a hundred thousand and more, or less than
/// a hundredth.
int common_exponent(const Range& range);

/// "10⁻⁵", "2·10⁴".
std::string power_label(int digit, int exponent);

/// `set xtics` and its like with the values divided by the power of ten; without labels where `labelled` is
/// false.
std::string linear_marks(const std::string& axis, const std::vector<double>& values, int exponent, bool labelled);

/// The same for a logarithmic axis: labels at powers of ten, or at 1, 2 and 5 of each where few are in sight, small
/// marks between them.
std::string log_marks(const std::string& axis, const Range& range, bool labelled);

/// Names in place of numbers: name i stands at i.
std::string named_marks(const std::string& axis, const std::vector<std::string>& names);

}  // namespace weft::host
