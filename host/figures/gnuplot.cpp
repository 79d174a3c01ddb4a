#include "host/figures/gnuplot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "host/base/child.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/base/number.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

std::string terminal(const fs::path& file, const Canvas& canvas) {
  const bool png = file.extension() == ".png";
  const double scale = png ? 1.4 : 1.0;
  // No markup in texts: names of metrics hold underscores.
  return fmt::format("set terminal {} size {},{} noenhanced {}\n", png ? "pngcairo" : "svg",
                     shortest(std::round(canvas.width * scale)), shortest(std::round(canvas.height * scale)),
                     png ? "font 'DejaVu Sans,10' fontscale 1.08 linewidth 1.4 pointscale 1.4"
                         : "font 'sans-serif,10' background rgb 'white'");
}

/// Gnuplot prints the command and a pointer into it before the error.
std::string last_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text.empty() ? "no reason was given" : text.substr(text.rfind('\n') + 1);
}

void draw_one(const std::string& script, const Canvas& canvas, const fs::path& file) {
  // Gnuplot only ever reads and writes files here: in its language a file name may be a command, and cannot hold every
  // character.
  const WorkFolder work;
  const fs::path figure = work / "figure", program = work / "program", log = work / "log";
  OutputFile(log, 0).flush();
  write_whole(program, fmt::format("{}set output {}\n{}unset output\n", terminal(file, canvas),
                                   gnuplot_text(figure.string()), script));
  const int code = Child({"gnuplot", "--default-settings", program.string()}, log).wait();
  if (code == Child::cannot_start)
    throw Failure(ExitCode::run_failed,
                  "gnuplot, which draws the figures, is not installed; run: apt-get install --no-install-recommends "
                  "gnuplot-nox");
  std::error_code no_figure;
  if (code != 0 || fs::file_size(figure, no_figure) == 0 || no_figure)
    throw Failure(ExitCode::run_failed,
                  fmt::format("gnuplot could not draw {}: {}", quoted(file), last_line(read_whole(log))));
  std::error_code ignored;  // reported when the file cannot be written
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  write_whole(file, read_whole(figure));
}

}  // namespace

std::string screen_share(double position, double whole) { return shortest(position / whole); }

std::string gnuplot_text(const std::string& text) {
  std::string literal = "'";
  for (const char letter : text) {
    literal += std::iscntrl(static_cast<unsigned char>(letter)) ? ' ' : letter;
    if (letter == '\'') literal += letter;
  }
  return literal + "'";
}

void require_figure_names(const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    if (file.extension() == ".png" || file.extension() == ".svg") continue;
    throw wrong_input(Place{"--out " + file.string()},
                      fmt::format("expected a file name that ends with .png or .svg; found {}",
                                  file.has_extension() ? quoted(file.extension()) : "no extension"));
  }
}

void draw(const std::string& script, const Canvas& canvas, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) draw_one(script, canvas, file);
}

}  // namespace weft::host
