#include "host/figures/gnuplot.h"

#include <algorithm>
#include <cctype>
#include <cmath>

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
  const std::string size =
      "size " + shortest(std::round(canvas.width * scale)) + "," + shortest(std::round(canvas.height * scale));
  // Nothing in a text has a meaning of its own: names of metrics hold underscores.
  return "set terminal " +
         (png ? "pngcairo " + size + " noenhanced font 'DejaVu Sans,10' fontscale 1.08 linewidth 1.4 pointscale 1.4"
              : "svg " + size + " noenhanced font 'sans-serif,10' background rgb 'white'") +
         "\n";
}

/// A file that is deleted with the object.
struct Temporary {
  fs::path path;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

/// Gnuplot repeats the command and points into it before it says what is wrong.
std::string last_line(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text.empty() ? "no reason was given" : text.substr(text.rfind('\n') + 1);
}

void draw_one(const std::string& script, const Canvas& canvas, const fs::path& file) {
  std::error_code ignored;  // told when the file cannot be written
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  const Temporary figure{file.string() + ".tmp"}, program{file.string() + ".gp.tmp"}, said{file.string() + ".log.tmp"};
  OutputFile(figure.path, 0).flush();
  OutputFile(said.path, 0).flush();
  write_whole(program.path, terminal(file, canvas) + "set output " + gnuplot_text(figure.path.string()) + "\n" +
                                script + "unset output\n");
  const int code = Child({"gnuplot", "--default-settings", program.path.string()}, said.path).wait();
  if (code == Child::cannot_start)
    throw Failure(ExitCode::run_failed,
                  "figures are drawn by gnuplot, which is not installed; type: apt-get install "
                  "--no-install-recommends gnuplot-nox");
  if (code != 0 || fs::file_size(figure.path) == 0)
    throw Failure(ExitCode::run_failed,
                  "gnuplot could not draw '" + file.string() + "': " + last_line(read_whole(said.path)));
  rename_durably(figure.path, file);
}

}  // namespace

std::string screen_share(double position, double whole) { return shortest(position / whole); }

std::string gnuplot_text(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (std::iscntrl(static_cast<unsigned char>(letter)))
      quoted += ' ';
    else
      quoted += letter == '\'' ? std::string("''") : std::string(1, letter);
  }
  return quoted + "'";
}

void require_figure_names(const std::vector<fs::path>& files) {
  for (const fs::path& file : files) {
    if (file.extension() == ".png" || file.extension() == ".svg") continue;
    throw Failure(ExitCode::wrong_input, {"--out " + file.string(), 0, 0},
                  "a figure is a .png or .svg; found " +
                      (file.has_extension() ? "'" + file.extension().string() + "'" : "no such ending"));
  }
}

void draw(const std::string& script, const Canvas& canvas, const std::vector<fs::path>& files) {
  for (const fs::path& file : files) draw_one(script, canvas, file);
}

}  // namespace weft::host
