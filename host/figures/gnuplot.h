/// Figures are drawn by gnuplot; this runs it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace weft::host {

/// The size of a figure in units of SVG; a PNG has 1.4 times as many pixels.
struct Canvas {
  double width = 0.0, height = 0.0;
};

/// A position in the figure as gnuplot's `screen` coordinate: a share of the whole width or height.
std::string screen_share(double position, double whole);

/// Text as gnuplot's language has it.
std::string gnuplot_text(const std::string& text);

/// Throws Failure(wrong_input) when a file ends neither in .png nor in .svg.
void require_figure_names(const std::vector<std::filesystem::path>& files);

/// Draws `script`, which says nothing of terminals and output, into each of the files: a temporary file each, then
/// renamed; equal scripts give equal bytes. Throws Failure(run_failed) when gnuplot is not installed, a file cannot be
/// written, or gnuplot refuses the script.
void draw(const std::string& script, const Canvas& canvas, const std::vector<std::filesystem::path>& files);

}  // namespace weft::host
