/// Line figures in gnuplot's language: panels side by side with a shared y axis, and one legend to their right.
#pragma once

#include <string>

#include "host/figures/plot_lines.h"

namespace weft::host {

/// The figure in gnuplot's language, and its size.
std::string line_script(const LineFigure& figure);
Canvas line_canvas(const LineFigure& figure);

}  // namespace weft::host
