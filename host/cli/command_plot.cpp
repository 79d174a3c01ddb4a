#include "host/cli/command_plot.h"

#include <fmt/format.h>

#include "host/figures/gnuplot.h"
#include "host/figures/line_script.h"
#include "host/figures/map_script.h"
#include "host/figures/plot_table.h"

namespace weft::host {

ExitCode plot_command(const PlotOptions& options, std::ostream& out) {
  require_figure_names(options.outs);
  if (options.map) {
    const MapFigure figure = make_map_figure(options.sources, options.maps);
    draw(map_script(figure), map_canvas(figure), options.outs);
  } else {
    const LineFigure figure = make_line_figure(read_tables(options.sources, options.line.metric), options.line);
    draw(line_script(figure), line_canvas(figure), options.outs);
    for (const std::string& note : figure.notes) out << fmt::format("note: {}\n", note);
  }
  for (const std::filesystem::path& file : options.outs) out << fmt::format("{}\n", file.string());
  return ExitCode::done;
}

}  // namespace weft::host
