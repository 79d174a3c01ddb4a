/// Line figures: means over seeds with their bootstrap intervals, over ticks or over a setting.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/figures/gnuplot.h"
#include "host/figures/plot_table.h"

namespace weft::host {

/// What the command line says about a line figure.
struct LineOptions {
  std::string metric;
  std::vector<std::string> where;     ///< "KEY=VALUE,VALUE": only these
  std::vector<std::string> lines;     ///< one line for each value of these keys; empty: of all that vary
  std::optional<std::string> panels;  ///< one panel for each value of this key
  std::string x = "tick";             ///< or a key: the last value of each run over it
  std::vector<std::string> colours;   ///< names of lines in the order of their colours; may name others
  bool log_x = false, log_y = false;
  std::optional<std::string> title, x_label, y_label;
};

struct LinePoint {
  double x = 0.0;
  double mean = 0.0, low = 0.0, high = 0.0;
};

struct Line {
  std::size_t style = 0;  ///< the place of its name in LineFigure::names: the same in every panel
  std::vector<LinePoint> points;
};

struct LinePanel {
  std::string title;
  std::vector<Line> lines;
};

/// Everything that is drawn.
struct LineFigure {
  std::vector<LinePanel> panels;
  std::vector<std::string> names;    ///< of lines; one empty name where there is nothing to tell apart
  std::vector<std::size_t> colours;  ///< of the names: numbers in the order of the palette
  std::string legend;                ///< what the names are values of
  std::string title, caption, x_label, y_label;
  std::vector<std::string> notes;    ///< what was left out
  bool over_setting = false;         ///< x is a setting, not the tick
  std::vector<std::string> x_names;  ///< where the setting's values are no numbers: value i stands at x = i
  bool log_x = false, log_y = false;
};

/// Works out the figure. Ticks that not all runs of a line have are left out; neighbouring ticks are averaged where
/// there are more than a figure can show. Throws Failure(wrong_input): an unknown key, a key that varies and has no
/// place in the figure, more lines than colours, or values <= 0 on a logarithmic axis.
LineFigure make_line_figure(PlotTable table, const LineOptions& options);

}  // namespace weft::host
