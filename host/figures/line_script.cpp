#include "host/figures/line_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "host/base/number.h"
#include "host/figures/axis.h"

namespace weft::host {
namespace {

/// The colors of Okabe and Ito, which color-blind people can distinguish (https://jfly.uni-koeln.de/color/), without
/// yellow, which is hard to see on white.
constexpr std::array<const char*, 8> colors = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                               "#E69F00", "#56B4E9", "#000000", "#7F7F7F"};

constexpr double plot_height = 300.0;
constexpr double gap = 22.0;
constexpr double left_margin = 74.0, bottom_margin = 64.0;
constexpr double letter_width = 6.6;
constexpr double legend_sample = 34.0;

bool has_legend(const LineFigure& figure) { return figure.names.size() > 1 || !figure.names[0].empty(); }

/// Counts letters, not bytes of UTF-8.
std::size_t letters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

double legend_width(const LineFigure& figure) {
  if (!has_legend(figure)) return 0.0;
  std::size_t longest = 0;
  for (const std::string& name : figure.names) longest = std::max(longest, letters(name));
  return std::max(legend_sample + letter_width * static_cast<double>(longest),
                  letter_width * static_cast<double>(letters(figure.legend))) +
         12.0;
}

double top_margin(const LineFigure& figure) {
  return 14.0 + (figure.title.empty() ? 0.0 : 26.0) + (figure.panels[0].title.empty() ? 0.0 : 20.0);
}

double panel_width(const LineFigure& figure) {
  constexpr std::array<double, 6> widths = {500.0, 340.0, 260.0, 220.0, 190.0, 170.0};
  return widths[figure.panels.size() - 1];
}

/// These members of all points of a figure.
std::vector<double> all_of(const LineFigure& figure, std::initializer_list<double LinePoint::*> members) {
  std::vector<double> values;
  for (const LinePanel& panel : figure.panels)
    for (const Line& line : panel.lines)
      for (const LinePoint& point : line.points)
        for (const auto member : members) values.push_back(point.*member);
  return values;
}

Range x_range(const LineFigure& figure) {
  const Range seen = range_of(all_of(figure, {&LinePoint::x}));
  return seen.widened(figure.over_setting || seen.low == seen.high ? 0.07 : 0.0, figure.log_x);
}

std::string x_axis(const LineFigure& figure) {
  std::vector<double> values = all_of(figure, {&LinePoint::x});
  const Range range = x_range(figure);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const std::size_t most = figure.panels.size() > 1 ? 5 : 8;
  const bool each = figure.over_setting && values.size() <= most;
  std::string text = fmt::format("set xrange {}\n", range.text());
  if (!figure.x_names.empty()) return text + named_marks("x", figure.x_names);
  if (figure.log_x) text += log_marks("x", range, true);
  if (each || !figure.log_x) text += linear_marks("x", each ? values : round_numbers(range, most), 0, true);
  return text;
}

Range y_range(const LineFigure& figure) {
  return range_of(all_of(figure, {&LinePoint::low, &LinePoint::high})).widened(0.05, figure.log_y);
}

std::string y_marks(const LineFigure& figure, bool labeled) {
  const Range range = y_range(figure);
  return figure.log_y ? log_marks("y", range, labeled)
                      : linear_marks("y", round_numbers(range, 7), common_exponent(range), labeled);
}

/// Includes the power of ten that the labels of a linear axis omit.
std::string y_label(const LineFigure& figure) {
  const int exponent = figure.log_y ? 0 : common_exponent(y_range(figure));
  return exponent == 0 ? figure.y_label : fmt::format("{} / {}", figure.y_label, power_label(1, exponent));
}

std::string block(const char* name, std::size_t panel, std::size_t line) {
  return fmt::format("${}_{}_{}", name, panel, line);
}

std::string row(std::initializer_list<double> numbers) {
  std::string text;
  for (const double number : numbers) text += fmt::format("{}{}", text.empty() ? "" : " ", shortest(number));
  return text + "\n";
}

/// Where a point is drawn. If x is a setting, the points of different lines are shifted apart, so that their bars do
/// not hide each other.
double drawn_x(const LineFigure& figure, const Line& line, double x) {
  if (!figure.over_setting) return x;
  const double place = static_cast<double>(line.style) - static_cast<double>(figure.names.size() - 1) / 2.0;
  const double share = place * std::min(0.012, 0.1 / static_cast<double>(figure.names.size()));
  const Range range = x_range(figure);
  return figure.log_x ? x * std::pow(range.high / range.low, share) : x + share * (range.high - range.low);
}

/// A block of rows "x mean low high" for every line; over a setting also a block of bars from low to high.
std::string data(const LineFigure& figure) {
  std::string text;
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) {
    const std::vector<Line>& lines = figure.panels[panel].lines;
    for (std::size_t line = 0; line < lines.size(); ++line) {
      std::string points, bars;
      for (const LinePoint& point : lines[line].points) {
        const double x = drawn_x(figure, lines[line], point.x);
        points += row({x, point.mean, point.low, point.high});
        bars += row({x, point.low}) + row({x, point.high}) + "\n";
      }
      text += fmt::format("{} << END\n{}END\n", block("line", panel, line), points);
      if (figure.over_setting) text += fmt::format("{} << END\n{}END\n", block("bars", panel, line), bars);
    }
  }
  return text;
}

/// All colors with solid lines, then again with dashed ones.
std::string style(std::size_t number) {
  return fmt::format("lc rgb '{}' lw 1.8 dt {}", colors[number % colors.size()], number / colors.size() + 1);
}

std::string marker(std::size_t number) {
  constexpr std::array<int, 4> shapes = {7, 5, 9, 13};  // filled: circle, square, triangle, diamond
  return fmt::format(" pt {} ps 0.6", shapes[number % shapes.size()]);
}

std::string plot_command(const LineFigure& figure, std::size_t panel) {
  std::string bands, lines;
  for (std::size_t line = 0; line < figure.panels[panel].lines.size(); ++line) {
    const std::size_t number = figure.colors[figure.panels[panel].lines[line].style];
    const std::string name = block("line", panel, line);
    if (figure.over_setting) {
      bands += fmt::format("{} using 1:2 with lines notitle {}, ", block("bars", panel, line), style(number));
      lines += fmt::format("{} using 1:2 with linespoints notitle {}{}, ", name, style(number), marker(number));
    } else {
      bands += fmt::format("{} using 1:3:4 with filledcurves notitle fc rgb '{}' fs transparent solid 0.18 noborder, ",
                           name, colors[number % colors.size()]);
      lines += fmt::format("{} using 1:2 with lines notitle {}, ", name, style(number));
    }
  }
  std::string text = bands + lines;
  if (panel + 1 == figure.panels.size() && has_legend(figure)) {
    for (std::size_t name = 0; name < figure.names.size(); ++name) {
      const std::size_t number = figure.colors[name];
      text += fmt::format("keyentry with {} {}{} title {}, ", figure.over_setting ? "linespoints" : "lines",
                          style(number), figure.over_setting ? marker(number) : "", gnuplot_text(figure.names[name]));
    }
  }
  text.resize(text.size() - 2);
  return fmt::format("plot {}\n", text);
}

}  // namespace

Canvas line_canvas(const LineFigure& figure) {
  const auto panels = static_cast<double>(figure.panels.size());
  return {std::ceil(left_margin + panels * panel_width(figure) + (panels - 1.0) * gap + 14.0 + legend_width(figure)),
          std::ceil(top_margin(figure) + plot_height + bottom_margin)};
}

std::string line_script(const LineFigure& figure) {
  const Canvas canvas = line_canvas(figure);
  const double right = left_margin + static_cast<double>(figure.panels.size()) * (panel_width(figure) + gap) - gap;
  const double middle = (left_margin + right) / 2.0;
  const auto at = [&](double x, double y) {
    return fmt::format("at screen {},{}", screen_share(x, canvas.width), screen_share(y, canvas.height));
  };
  const std::string legend =
      fmt::format("set key {} left top Left reverse samplen 2 width 0 spacing 1.25 title {} left\n",
                  at(right + 14.0, canvas.height - top_margin(figure)), gnuplot_text(figure.legend));
  std::string text = data(figure) + "unset key\n";
  text +=
      "set border 3 lc rgb '#444444' lw 0.8\nset tics nomirror out scale 0.6,0.35\nset grid lt 1 lc rgb '#e2e2e2' lw "
      "0.5\n";
  text += fmt::format("{}set yrange {}\n{}", x_axis(figure), y_range(figure).text(), y_marks(figure, true));
  text += fmt::format("set tmargin at screen {}\nset bmargin at screen {}\n",
                      screen_share(canvas.height - top_margin(figure), canvas.height),
                      screen_share(bottom_margin, canvas.height));
  text += fmt::format("set label 1 {} {} center\n", gnuplot_text(figure.x_label), at(middle, 30.0));
  text += fmt::format("set label 2 {} {} right textcolor rgb '#666666' font ',8'\n", gnuplot_text(figure.caption),
                      at(right, 11.0));
  if (!figure.title.empty())
    text += fmt::format("set label 3 {} {} center font ',12'\n", gnuplot_text(figure.title),
                        at(middle, canvas.height - 18.0));
  // Not as `ylabel`: gnuplot measures marks by their bytes, and would push it out of the figure.
  text += fmt::format("set label 4 {} {} center rotate\n", gnuplot_text(y_label(figure)),
                      at(16.0, bottom_margin + plot_height / 2.0));
  text += "set multiplot\n";
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) {
    const double left = left_margin + static_cast<double>(panel) * (panel_width(figure) + gap);
    text += fmt::format("set lmargin at screen {}\nset rmargin at screen {}\n", screen_share(left, canvas.width),
                        screen_share(left + panel_width(figure), canvas.width));
    if (!figure.panels[panel].title.empty())
      text += fmt::format("set title {} offset 0,-0.6\n", gnuplot_text(figure.panels[panel].title));
    if (panel == 1) text += "unset label\n" + y_marks(figure, false);
    if (panel + 1 == figure.panels.size() && has_legend(figure)) text += legend;
    text += plot_command(figure, panel);
  }
  return text + "unset multiplot\n";
}

}  // namespace weft::host
