/// Line figures: means over seeds with intervals or ranges, over ticks or over a setting.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/figures/gnuplot.h"
#include "host/figures/plot_table.h"

namespace weft::host {

/// The options of a line figure.
struct LineOptions {
  std::string metric;
  std::vector<std::string> where;     ///< "KEY=VALUE,VALUE": only these runs
  std::vector<std::string> lines;     ///< one line for each value of these keys; empty: of all keys that vary
  std::optional<std::string> panels;  ///< one panel for each value of this key
  std::string x = "tick";             ///< or a key: the last value of each run over that key
  std::vector<std::string> colors;    ///< names of lines in the order of their colors; may name lines of other figures
  bool log_x = false, log_y = false;
  std::optional<std::string> title, x_label, y_label;
};

struct LinePoint {
  double x = 0.0;
  double mean = 0.0, low = 0.0, high = 0.0;
};

struct Line {
  std::size_t style = 0;  ///< the index of its name in LineFigure::names: the same in every panel
  std::vector<LinePoint> points;
};

struct LinePanel {
  std::string title;
  std::vector<Line> lines;
};

/// The content of a line figure.
struct LineFigure {
  std::vector<LinePanel> panels;
  std::vector<std::string> names;   ///< of lines; one empty name when nothing varies
  std::vector<std::size_t> colors;  ///< of the names: indices into the palette
  std::string legend;               ///< the keys whose values the names are
  std::string title, caption, x_label, y_label;
  std::vector<std::string> notes;    ///< what was left out
  bool over_setting = false;         ///< x is a setting, not the tick
  std::vector<std::string> x_names;  ///< when the setting's values are not numbers: value i is at x = i
  bool log_x = false, log_y = false;
};

/// Computes the figure. Omits ticks that only some runs of a line have; averages neighboring ticks when there are more
/// than a figure can show. Throws Failure(wrong_input): an unknown key, a key that varies and has no role in the
/// figure, too many lines or panels, or values <= 0 on a logarithmic axis.
LineFigure make_line_figure(PlotTable table, const LineOptions& options);

}  // namespace weft::host
