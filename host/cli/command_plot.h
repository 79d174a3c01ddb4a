/// `weft plot`.
#pragma once

#include <filesystem>
#include <ostream>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/figures/plot_lines.h"
#include "host/figures/plot_map.h"

namespace weft::host {

/// The command line of `weft plot`.
struct PlotOptions {
  std::vector<std::filesystem::path> sources;  ///< tables and folders, or maps
  bool map = false;                            ///< --map: `sources` are grids
  LineOptions line;                            ///< without --map
  MapOptions maps;                             ///< with --map
  std::vector<std::filesystem::path> outs;     ///< --out: .png or .svg
};

/// Draws a figure and prints its files. Throws Failure: wrong_input for invalid options and files, run_failed when the
/// figure cannot be drawn or written.
ExitCode plot_command(const PlotOptions& options, std::ostream& out);

}  // namespace weft::host
