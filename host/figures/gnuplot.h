/// Draws figures by running gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace weft::host {

/// The size of a figure in units of SVG; a PNG has 1.4 times as many pixels.
struct Canvas {
  double width = 0.0, height = 0.0;
};

/// A position in the figure as gnuplot's `screen` coordinate: a fraction of the total width or height.
std::string screen_share(double position, double whole);

/// A text as a literal of gnuplot's language.
std::string gnuplot_text(const std::string& text);

/// Throws Failure(wrong_input) when a file name ends neither with .png nor with .svg.
void require_figure_names(const std::vector<std::filesystem::path>& files);

/// Draws `script`, which sets neither terminal nor output, into each of the files, by way of a temporary file that is
/// renamed. Equal scripts give equal bytes. Throws Failure(run_failed) when gnuplot is not installed, a file cannot be
/// written, or gnuplot refuses the script.
void draw(const std::string& script, const Canvas& canvas, const std::vector<std::filesystem::path>& files);

}  // namespace weft::host
