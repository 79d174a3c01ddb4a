#include "host/figures/map_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/base/number.h"
#include "host/figures/axis.h"

namespace weft::host {
namespace {

constexpr double plot_width = 250.0, plot_height = 220.0;
constexpr double left_margin = 58.0, right_margin = 66.0, top_margin = 30.0, bottom_margin = 46.0;

constexpr int bar_steps = 96;

constexpr const char* marks_outside = "set tics nomirror out scale 0.6,0.35\n";

/// viridis of matplotlib (Smith and van der Walt, CC0), which is readable in gray and for color-blind people.
constexpr const char* palette =
    "set palette defined (0 '#440154', 1 '#472c7a', 2 '#3b518b', 3 '#2c718e', 4 '#21908d', 5 '#27ad81', 6 '#5cc863', "
    "7 '#aadc32', 8 '#fde725') maxcolors 48\n";

/// Up to three side by side; four are two rows of two.
std::size_t columns(const MapFigure& figure) {
  const std::size_t panels = figure.panels.size();
  return panels <= 3 ? panels : panels == 4 ? 2 : 3;
}

std::size_t rows(const MapFigure& figure) { return (figure.panels.size() + columns(figure) - 1) / columns(figure); }

double title_height(const MapFigure& figure) { return figure.title.empty() ? 0.0 : 26.0; }

std::string data_name(std::size_t panel) { return fmt::format("$map_{}", panel); }
std::string line_name(std::size_t panel) { return fmt::format("$lines_{}", panel); }

std::string data(const MapFigure& figure) {
  std::string text;
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) {
    const Grid& grid = figure.panels[panel];
    text += fmt::format("{} << END\n", data_name(panel));
    for (std::size_t row = 0; row < grid.y.size(); ++row) {
      for (std::size_t column = 0; column < grid.x.size(); ++column)
        text += fmt::format("{} {} {}\n", shortest(grid.x[column]), shortest(grid.y[row]),
                            shortest(grid.z[row * grid.x.size() + column]));
      text += "\n";
    }
    text += "END\n";
  }
  text += "$bar << END\n";
  for (int step = 0; step < bar_steps; ++step)
    for (const char* x : {"0.25", "0.75"}) text += fmt::format("{} {}\n", x, shortest((step + 0.5) / bar_steps));
  return text + "END\n";
}

/// Computes the level lines first, into tables of their own.
std::string level_lines(const MapFigure& figure) {
  std::string text = "set contour base\nunset surface\n";
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) {
    std::string list;
    for (const double level : levels(figure.panels[panel]))
      list += fmt::format("{}{}", list.empty() ? "" : ",", shortest(level));
    if (list.empty()) continue;
    text += fmt::format("set cntrparam levels discrete {}\nset table {}\nsplot {} using 1:2:3\nunset table\n", list,
                        line_name(panel), data_name(panel));
  }
  return text + "unset contour\nset surface\n";
}

/// The values that the colors show; widened for a flat surface.
Range z_range(const Grid& grid) {
  const Range range = range_of(grid.z);
  return range.high > range.low ? range : range.widened(0.0, false);
}

std::string mark(const std::array<double, 2>& place) {
  const std::string at =
      fmt::format("'+' using ({}):({}) every ::0::0 with points notitle pt 2", shortest(place[0]), shortest(place[1]));
  return fmt::format(", {0} ps 1.3 lw 4 lc rgb '#000000', {0} ps 1.2 lw 2 lc rgb '#ffffff'", at);
}

/// A rectangle of the figure, in units of the canvas from the lower left corner.
struct Place {
  double left, right, bottom, top;
};

std::string margins(const Place& place, const Canvas& canvas) {
  return fmt::format(
      "set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen {}\n",
      screen_share(place.left, canvas.width), screen_share(place.right, canvas.width),
      screen_share(place.bottom, canvas.height), screen_share(place.top, canvas.height));
}

/// The scale beside a map: a separate plot, since gnuplot's color box takes most of the bytes of an SVG.
std::string color_bar(const Grid& grid, const Place& map, const Canvas& canvas) {
  const Range range = z_range(grid);
  const int exponent = common_exponent(range);
  std::string text = margins({map.right + 8.0, map.right + 20.0, map.bottom, map.top}, canvas);
  text += fmt::format(
      "unset title\nunset xlabel\nunset ylabel\nunset xtics\nunset ytics\n"
      "set xrange [0:1]\nset yrange {0}\nset y2range {0}\nset y2tics out scale 0.4\n{1}",
      range.text(), linear_marks("y2", round_numbers(range, 7), exponent, true));
  if (exponent != 0)
    text +=
        fmt::format("set label 2 {} at screen {},{} left font ',9'\n", gnuplot_text("× " + power_label(1, exponent)),
                    screen_share(map.right + 8.0, canvas.width), screen_share(map.top + 10.0, canvas.height));
  const std::string z = fmt::format("{}+$2*{}", shortest(range.low), shortest(range.high - range.low));
  return fmt::format("{0}plot $bar using 1:({1}):({1}) with image notitle\nunset label\nunset y2tics\n", text, z);
}

std::string panel_script(const MapFigure& figure, std::size_t panel, const Canvas& canvas) {
  const Grid& grid = figure.panels[panel];
  const std::size_t column = panel % columns(figure), row = panel / columns(figure);
  const double left = left_margin + static_cast<double>(column) * (left_margin + plot_width + right_margin);
  const double top = canvas.height - title_height(figure) - top_margin -
                     static_cast<double>(row) * (top_margin + plot_height + bottom_margin);
  const Place place{left, left + plot_width, top - plot_height, top};
  std::string text = margins(place, canvas) + marks_outside;
  text += fmt::format("set title {} offset 0,-0.5\nset xlabel {} offset 0,0.4\nset ylabel {} offset 0.8,0\n",
                      gnuplot_text(grid.z_name), gnuplot_text(grid.x_name), gnuplot_text(grid.y_name));
  const Range x = range_of(grid.x), y = range_of(grid.y);
  text += fmt::format("set xrange {}\nset yrange {}\nset cbrange {}\n{}{}", x.text(), y.text(), z_range(grid).text(),
                      linear_marks("x", round_numbers(x, 7), 0, true), linear_marks("y", round_numbers(y, 9), 0, true));
  text += fmt::format("plot {} using 1:2:3 with image notitle", data_name(panel));
  if (!levels(grid).empty())
    text += fmt::format(", {} using 1:2 with lines notitle lw 0.7 lc rgb '#60ffffff'", line_name(panel));
  if (figure.mark) text += mark(*figure.mark);
  return fmt::format("{}\nunset label\n{}", text, color_bar(grid, place, canvas));
}

}  // namespace

Canvas map_canvas(const MapFigure& figure) {
  return {static_cast<double>(columns(figure)) * (left_margin + plot_width + right_margin),
          static_cast<double>(rows(figure)) * (top_margin + plot_height + bottom_margin) + title_height(figure)};
}

std::string map_script(const MapFigure& figure) {
  const Canvas canvas = map_canvas(figure);
  std::string text = data(figure) + level_lines(figure) + palette;
  text += "set border lc rgb '#444444' lw 0.8\nunset key\nunset colorbox\n";
  if (!figure.title.empty())
    text += fmt::format("set label 1 {} at screen 0.5,{} center font ',12'\n", gnuplot_text(figure.title),
                        screen_share(canvas.height - 18.0, canvas.height));
  text += "set multiplot\n";
  for (std::size_t panel = 0; panel < figure.panels.size(); ++panel) text += panel_script(figure, panel, canvas);
  return text + "unset multiplot\n";
}

}  // namespace weft::host
