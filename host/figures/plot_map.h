/// Maps: quantities over two variables, one panel each, with level lines and an optional mark.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/figures/gnuplot.h"

namespace weft::host {

/// A quantity on an evenly spaced rectangular grid.
struct Grid {
  std::string x_name, y_name, z_name;
  std::vector<double> x, y;  ///< ascending, at least two of each
  std::vector<double> z;     ///< [y, x]
};

struct MapFigure {
  std::vector<Grid> panels;
  std::optional<std::array<double, 2>> mark;
  std::string title;
};

/// Reads a file of rows `x,y,z` under a header with their three names, in any order of rows. Throws
/// Failure(wrong_input), naming the file: another header, cells that are not finite numbers, a missing or
/// repeated point, or a grid that is not evenly spaced.
Grid read_grid(const std::filesystem::path& file);

/// The options of a map figure.
struct MapOptions {
  std::optional<std::string> mark;                     ///< "X,Y"
  std::optional<std::string> title, x_label, y_label;  ///< labels: instead of the names in the files
};

/// Throws Failure(wrong_input) as read_grid does, and when the mark is not a point or is outside of a grid.
MapFigure make_map_figure(const std::vector<std::filesystem::path>& files, const MapOptions& options);

/// The levels of a grid's level lines: quantiles, so that lines stay visible on a surface that spans decades.
std::vector<double> levels(const Grid& grid);

}  // namespace weft::host
