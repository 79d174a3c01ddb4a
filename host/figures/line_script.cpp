#include "host/figures/line_script.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "host/base/number.h"
#include "host/figures/axis.h"

namespace weft::host {
namespace {

/// Okabe and Ito's colours, which colour-blind people can tell apart (https://jfly.uni-koeln.de/color/), without the
/// yellow that is lost on white.
constexpr std::array<const char*, 8> colours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                "#E69F00", "#56B4E9", "#000000", "#7F7F7F"};

constexpr double plot_height = 300.0;
constexpr double gap = 22.0;
constexpr double left_margin = 74.0, bottom_margin = 64.0;
constexpr double letter_width = 6.6;
constexpr double legend_sample = 34.0;

bool has_legend(const LineFigure& figure) { return figure.names.size() > 1 || !figure.names[0].empty(); }

/// Letters, not bytes of UTF-8.
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

/// What a figure shows of all its points.
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
  std::string text = "set xrange " + range.text() + "\n";
  if (!figure.x_names.empty()) return text + named_marks("x", figure.x_names);
  if (figure.log_x) text += log_marks("x", range, true);
  if (each || !figure.log_x) text += linear_marks("x", each ? values : round_numbers(range, most), 0, true);
  return text;
}

Range y_range(const LineFigure& figure) {
  return range_of(all_of(figure, {&LinePoint::low, &LinePoint::high})).widened(0.05, figure.log_y);
}

std::string y_marks(const LineFigure& figure, bool labelled) {
  const Range range = y_range(figure);
  return figure.log_y ? log_marks("y", range, labelled)
                      : linear_marks("y", round_numbers(range, 7), common_exponent(range), labelled);
}

/// A power of ten that the labels of a linear axis lack stands in its name.
std::string y_label(const LineFigure& figure) {
  const int exponent = figure.log_y ? 0 : common_exponent(y_range(figure));
  return figure.y_label + (exponent == 0 ? "" : " / " + power_label(1, exponent));
}

std::string block(const char* name, std::size_t panel, std::size_t line) {
  return "$" + std::string(name) + "_" + std::to_string(panel) + "_" + std::to_string(line);
}

std::string row(std::initializer_list<double> numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : " ") + shortest(number);
  return text + "\n";
}

/// Where a point is drawn: beside those of other lines, whose bars it would hide, where x is a setting.
double drawn_x(const LineFigure& figure, const Line& line, double x) {
  if (!figure.over_setting) return x;
  const double place = static_cast<double>(line.style) - static_cast<double>(figure.names.size() - 1) / 2.0;
  const double share = place * std::min(0.012, 0.1 / static_cast<double>(figure.names.size()));
  const Range range = x_range(figure);
  return figure.log_x ? x * std::pow(range.high / range.low, share) : x + share * (range.high - range.low);
}

/// Of every line a block of rows "x mean low high"; over a setting another one of bars from low to high.
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
      text += block("line", panel, line) + " << END\n" + points + "END\n";
      if (figure.over_setting) text += block("bars", panel, line) + " << END\n" + bars + "END\n";
    }
  }
  return text;
}

/// Colours, then the same again with dashes.
std::string style(std::size_t number) {
  return "lc rgb '" + std::string(colours[number % colours.size()]) + "' lw 1.8 dt " +
         std::to_string(number / colours.size() + 1);
}

std::string marker(std::size_t number) {
  constexpr std::array<int, 4> shapes = {7, 5, 9, 13};  // filled: circle, square, triangle, diamond
  return " pt " + std::to_string(shapes[number % shapes.size()]) + " ps 0.6";
}

std::string plot_command(const LineFigure& figure, std::size_t panel) {
  std::string bands, lines;
  for (std::size_t line = 0; line < figure.panels[panel].lines.size(); ++line) {
    const std::size_t number = figure.colours[figure.panels[panel].lines[line].style];
    const std::string name = block("line", panel, line);
    if (figure.over_setting) {
      bands += block("bars", panel, line) + " using 1:2 with lines notitle " + style(number) + ", ";
      lines += name + " using 1:2 with linespoints notitle " + style(number) + marker(number) + ", ";
    } else {
      bands += name + " using 1:3:4 with filledcurves notitle fc rgb '" + colours[number % colours.size()] +
               "' fs transparent solid 0.18 noborder, ";
      lines += name + " using 1:2 with lines notitle " + style(number) + ", ";
    }
  }
  std::string text = bands + lines;
  if (panel + 1 == figure.panels.size() && has_legend(figure)) {
    for (std::size_t name = 0; name < figure.names.size(); ++name)
      text += "keyentry with " + std::string(figure.over_setting ? "linespoints " : "lines ") +
              style(figure.colours[name]) + (figure.over_setting ? marker(figure.colours[name]) : "") + " title " +
              gnuplot_text(figure.names[name]) + ", ";
  }
  text.resize(text.size() - 2);
  return "plot " + text + "\n";
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
  const std::string legend = "set key at screen " + screen_share(right + 14.0, canvas.width) + "," +
                             screen_share(canvas.height - top_margin(figure), canvas.height) +
                             " left top Left reverse samplen 2 width 0 spacing 1.25 title " +
                             gnuplot_text(figure.legend) + " left\n";
  std::string text = data(figure) + "unset key\n";
  text +=
      "set border 3 lc rgb '#444444' lw 0.8\nset tics nomirror out scale 0.6,0.35\nset grid lt 1 lc rgb '#e2e2e2' lw "
      "0.5\n";
  text += x_axis(figure) + "set yrange " + y_range(figure).text() + "\n" + y_marks(figure, true);
  text += "set tmargin at screen " + screen_share(canvas.height - top_margin(figure), canvas.height) +
          "\nset bmargin at screen " + screen_share(bottom_margin, canvas.height) + "\n";
  text += "set label 1 " + gnuplot_text(figure.x_label) + " at screen " + screen_share(middle, canvas.width) + "," +
          screen_share(30.0, canvas.height) + " center\n";
  text += "set label 2 " + gnuplot_text(figure.caption) + " at screen " + screen_share(right, canvas.width) + "," +
          screen_share(11.0, canvas.height) + " right textcolor rgb '#666666' font ',8'\n";
  if (!figure.title.empty())
    text += "set label 3 " + gnuplot_text(figure.title) + " at screen " + screen_share(middle, canvas.width) + "," +
            screen_share(canvas.height - 18.0, canvas.height) + " center font ',12'\n";
  // At a place of its own: gnuplot takes the width of marks from their bytes, and would push it out of the figure.
  text += "set label 4 " + gnuplot_text(y_label(figure)) + " at screen " + screen_share(16.0, canvas.width) + "," +
          screen_share(bottom_margin + plot_height / 2.0, canvas.height) + " center rotate\n";
  text += "set multiplot\n";
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) {
    const double left = left_margin + static_cast<double>(panel) * (panel_width(figure) + gap);
    text += "set lmargin at screen " + screen_share(left, canvas.width) + "\nset rmargin at screen " +
            screen_share(left + panel_width(figure), canvas.width) + "\n";
    if (!figure.panels[panel].title.empty())
      text += "set title " + gnuplot_text(figure.panels[panel].title) + " offset 0,-0.6\n";
    if (panel == 1) text += "unset label\n" + y_marks(figure, false);
    if (panel + 1 == figure.panels.size() && has_legend(figure)) text += legend;
    text += plot_command(figure, panel);
  }
  return text + "unset multiplot\n";
}

}  // namespace weft::host
