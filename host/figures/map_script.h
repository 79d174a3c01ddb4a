/// Maps in gnuplot's language: panels in rows, each with its own color scale.
#pragma once

#include <string>

#include "host/figures/plot_map.h"

namespace weft::host {

/// The figure in gnuplot's language, and its size.
std::string map_script(const MapFigure& figure);
Canvas map_canvas(const MapFigure& figure);

}  // namespace weft::host
