// `weft plot`: what is read, worked out and drawn, and the text of every error.
#include <catch2/catch.hpp>
#include <cmath>

#include "host/axis.h"
#include "host/diagnostic.h"
#include "host/plot_lines.h"
#include "host/plot_map.h"
#include "host/plot_table.h"
#include "host/statistics.h"
#include "support/process.h"

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using weft::testing::Finished;
using weft::testing::read_file;
using weft::testing::run_weft;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;
namespace fs = std::filesystem;
namespace host = weft::host;
using Words = std::vector<std::string>;

namespace {

const char* const small_table =
    "loss,width,seed,tick,metric,value\n"
    "mse,4,0,10,error,4\nmse,4,0,20,error,2\nmse,4,0,20,other,7\n"
    "mse,4,1,10,error,6\nmse,4,1,20,error,4\n"
    "vagram,4,0,10,error,1\nvagram,4,0,20,error,1\nvagram,4,0,30,error,1\n"
    "vagram,4,1,10,error,3\nvagram,4,1,20,error,3\n"
    "mse,16,0,10,error,0.5\nmse,16,1,10,error,1.5\n"
    "vagram,16,0,10,error,0.25\nvagram,16,1,10,error,0.75\n";

/// A working directory.
struct Desk {
  TemporaryFolder folder;
  explicit Desk(const std::string& table = small_table) { write_file(path("t.csv"), table); }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  Finished plot(Words more) const {
    more.insert(more.begin(), "plot");
    return run_weft(more, folder.path());
  }
  /// What is answered to a plot that cannot be drawn; no file is left behind.
  std::string complaint(Words more, int code = 2) const {
    const Finished finished = plot(std::move(more));
    CHECK(finished.code == code);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      const std::string name = entry.path().filename().string();
      CHECK((name == "output.txt" || name.ends_with(".csv") || entry.is_directory()));
    }
    return finished.output;
  }
  /// The same for t.csv and its metric `error`, with another table when that is not empty.
  std::string table_complaint(const std::string& table, Words more = {}) const {
    if (!table.empty()) write_file(path("t.csv"), table);
    more.insert(more.begin(), {"t.csv", "--metric", "error", "--out", "a.svg"});
    return complaint(more);
  }
  host::PlotTable table(const std::string& metric = "error") const {
    return host::read_tables({path("t.csv")}, metric);
  }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) ++found;
  return found;
}

void check_points(const host::Line& line, const std::vector<std::array<double, 2>>& expected) {
  REQUIRE(line.points.size() == expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    CHECK(line.points[index].x == expected[index][0]);
    CHECK(line.points[index].mean == Approx(expected[index][1]));
  }
}

std::string grid_text(int columns, int rows) {
  std::string text = "theta,theta_dot,loss\n";
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      text += std::to_string(column) + "," + std::to_string(row * 0.5) + "," + std::to_string(column * row) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a line goes through the means over seeds, between the ends of their bootstrap intervals") {
  const Desk desk;
  host::LineOptions options;
  options.metric = "error";
  options.where = {"width=4"};
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  REQUIRE(figure.panels.size() == 1);
  REQUIRE(figure.names == Words{"mse", "vagram"});
  CHECK(figure.legend == "loss");
  CHECK((figure.x_label == "tick" && figure.y_label == "error"));
  CHECK(figure.caption == "mean over 2 seeds, 95 % bootstrap interval");
  check_points(figure.panels[0].lines[0], {{10, 5}, {20, 3}});
  check_points(figure.panels[0].lines[1], {{10, 2}, {20, 2}});
  CHECK(figure.panels[0].lines[0].points[1].low == 2.0);  // of two values a quarter of all resamples is the lower
  CHECK(figure.panels[0].lines[0].points[1].high == 4.0);
  CHECK(figure.notes == Words{"1 ticks are left out that only some of the runs of 'vagram' have"});
  const std::string script = host::line_script(figure);
  CHECK_THAT(script, Contains("$line_0_0 << END\n10 5 4 6\n20 3 2 4\nEND\n") &&
                         Contains("$line_0_0 using 1:3:4 with filledcurves notitle") &&
                         Contains("title 'mse', keyentry with lines") && Contains("set label 4 'error' at"));
}

TEST_CASE("by default there is a line for all that varies; panels take a key away and share their y axis") {
  const Desk desk;
  host::LineOptions options;
  options.metric = "error";
  CHECK(host::make_line_figure(desk.table(), options).names == Words{"mse, 4", "vagram, 4", "mse, 16", "vagram, 16"});
  options.panels = "width";
  options.log_y = true;
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  REQUIRE(figure.panels.size() == 2);
  CHECK(figure.panels[1].title == "width = 16");
  CHECK(figure.names == Words{"mse", "vagram"});
  const std::string script = host::line_script(figure);
  CHECK(count(script, "set yrange ") == 1);
  CHECK(count(script, "\nplot ") == 2);
  CHECK(count(script, "keyentry") == 2);
  CHECK_THAT(script, Contains("set logscale y"));
}

TEST_CASE("over a setting there is the last value of each run") {
  const Desk desk;
  host::LineOptions options;
  options.metric = "error";
  options.x = "width";
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  check_points(figure.panels[0].lines[0], {{4, 3}, {16, 1}});
  check_points(figure.panels[0].lines[1], {{4, 2}, {16, 0.5}});
  CHECK(figure.caption == "last values, mean over 2 seeds, 95 % bootstrap interval");
  CHECK_THAT(host::line_script(figure),
             Contains("set xtics nomirror ('4' 4, '16' 16)") &&
                 Contains("$bars_0_0 << END\n3.91792 2\n3.91792 4\n\n15.91792 0.5\n15.91792 1.5\n\nEND\n") &&
                 Contains("$bars_0_1 << END\n4.08208 1\n"));
}

TEST_CASE("a metric that comes twice in a tick counts with its last value; more ticks than fit are averaged") {
  std::string table = "seed,tick,metric,value\n0,1,error,5\n0,1,error,3\n";
  for (int tick = 2; tick <= 6000; ++tick) table += "0," + std::to_string(tick) + ",error,3\n";
  const Desk desk(table);
  host::LineOptions options;
  options.metric = "error";
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  REQUIRE(figure.panels[0].lines[0].points.size() == 2000);
  check_points({0, {figure.panels[0].lines[0].points[0]}}, {{2, 3}});
  CHECK(figure.caption == "single runs; each point is the mean of 3 ticks");
}

TEST_CASE("sources are tables, sweeps and runs; runs are told apart by name") {
  const Desk desk;
  fs::create_directory(desk.path("sweep"));
  write_file(desk.path("sweep/table.csv"), small_table);
  CHECK(host::read_tables({desk.path("sweep")}, "other").runs.size() == 1);
  for (const std::string name : {"a", "b"}) {
    fs::create_directory(desk.path(name));
    write_file(desk.path(name + "/metrics.csv"), "tick,metric,value\n1,x.y,0.5\n");
    write_file(desk.path(name + "/graph.toml"), "[run]\nname = \"run_" + name + "\"\nseed = 3\n");
  }
  const host::PlotTable runs = host::read_tables({desk.path("a"), desk.path("b")}, "x.y");
  CHECK(runs.keys == Words{"graph", "seed"});
  REQUIRE(runs.runs.size() == 2);
  CHECK(runs.runs[1].values == Words{"run_b", "3"});
  const host::PlotTable alone = host::read_tables({desk.path("a/metrics.csv")}, "x.y");
  CHECK(alone.keys == Words{"seed"});
  CHECK(alone.runs[0].values == Words{"0"});
}

TEST_CASE("cells in quotes hold commas") {
  const Desk desk("model.hidden,seed,tick,metric,value\n\"[4, 4]\",0,1,error,1\r\n\"a \"\"b\"\"\",0,1,error,2\r\n");
  CHECK(desk.table().values_of(0) == Words{"[4, 4]", "a \"b\""});
}

TEST_CASE("axes have round labels") {
  CHECK(host::round_numbers({0.0, 1.0}, 5) == std::vector<double>{0.0, 0.5, 1.0});
  CHECK(host::round_numbers({-3.14, 3.14}, 7) == std::vector<double>{-3, -2, -1, 0, 1, 2, 3});
  CHECK(host::round_numbers({5.0, 5.0}, 5) == std::vector<double>{5.0});
  CHECK((host::common_exponent({0.0, 160'000.0}) == 5 && host::common_exponent({-0.002, 0.001}) == -3 &&
         host::common_exponent({0.0, 0.0}) == 0 && host::common_exponent({-80.0, 1.0}) == 0));
  CHECK((host::power_label(1, -5) == "10⁻⁵" && host::power_label(2, 12) == "2·10¹²"));
  CHECK(host::log_marks("y", {0.8, 30.0}, true) ==
        "set logscale y\nset ytics nomirror ('' 0.8 1, '' 0.9 1, '1' 1 0, '2' 2 0, '' 3 1, '' 4 1, '5' 5 0, '' 6 1, '' "
        "7 1, '' 8 "
        "1, '' 9 1, '10' 10 0, '20' 20 0, '' 30 1)\n");
  CHECK_THAT(host::log_marks("y", {0.0085, 0.0105}, true), Contains("('0.009' 0.009"));
  CHECK_THAT(host::log_marks("y", {1e-9, 1.0}, true), Contains("'10⁻⁸' 1e-08 0, '10⁻⁶' 1e-06 0"));
}

TEST_CASE("the figure is drawn, the same bytes each time, as SVG and PNG") {
  const Desk desk;
  const Words words = {"t.csv",   "--metric",  "error",           "--panels", "width",     "--log-y", "--title",
                       "O'Grady", "--y-label", "squared <error>", "--out",    "new/a.svg", "--out",   "a.png"};
  const Finished finished = desk.plot(words);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  CHECK(finished.output ==
        "note: 1 ticks are left out that only some of the runs of 'vagram' have\nnew/a.svg\na.png\n");
  const std::string svg = desk.text("new/a.svg"), png = desk.text("a.png");
  CHECK_THAT(svg, StartsWith("<?xml") && Contains(">mse</text>") && Contains("width = 16") && Contains("O'Grady") &&
                      Contains("squared &lt;error>") && Contains("mean over 2 seeds, 95 % bootstrap interval") &&
                      Contains("loss"));
  CHECK_THAT(png, StartsWith("\x89PNG"));
  CHECK((svg.size() > 2'000 && svg.size() < 200'000 && png.size() > 2'000 && png.size() < 200'000));
  REQUIRE(desk.plot(words).code == 0);
  CHECK((desk.text("new/a.svg") == svg && desk.text("a.png") == png));
  CHECK(std::distance(fs::directory_iterator(desk.path("new")), {}) == 1);
}

TEST_CASE("keys and values that are not there get the nearest name") {
  const Desk desk;
  CHECK(desk.complaint({"t.csv", "--metric", "eror", "--out", "a.svg"}) ==
        "error: no row of 't.csv' is of the metric 'eror'; there are 'error' and 'other'; did you mean 'error'?\n");
  CHECK(desk.table_complaint("", {"--lines", "los"}) ==
        "--lines los: error: unknown key 'los'; the table has 'loss', 'width' and 'seed'; did you mean 'loss'?\n");
  CHECK_THAT(desk.table_complaint("", {"--panels", "widht"}), StartsWith("--panels widht: error: unknown key"));
  CHECK_THAT(desk.table_complaint("", {"--x", "wide"}), StartsWith("--x wide: error: unknown key"));
  CHECK_THAT(desk.table_complaint("", {"--where", "wdth=4"}), StartsWith("--where wdth=4: error: unknown key"));
  CHECK(desk.table_complaint("", {"--where", "width"}) ==
        "--where width: error: expected KEY=VALUE or KEY=VALUE,VALUE,...\n");
  CHECK(desk.table_complaint("", {"--where", "loss=mse,vagam"}) ==
        "--where loss=mse,vagam: error: no run has 'loss' = 'vagam'; there are 'mse' and 'vagram'; did you mean "
        "'vagram'?\n");
}

TEST_CASE("figures that would say little are refused") {
  const Desk desk;
  CHECK(desk.table_complaint("", {"--lines", "loss"}) ==
        "error: 'width' varies too, and a mean over its values would say little; name it with --lines, --panels or "
        "--x, or choose one value with --where width=4\n");
  CHECK(desk.table_complaint("", {"--lines", "loss", "--x", "loss"}) ==
        "error: a key has two places in the figure; name each once with --lines, --panels or --x\n");
  CHECK(desk.table_complaint("", {"--x", "loss"}) ==
        "--x loss: error: the values of a key on the x axis are numbers; found 'mse'\n");
  CHECK(desk.table_complaint("seed,tick,metric,value\n0,1,error,1\n1,2,error,1\n") ==
        "error: the runs have no tick of 'error' in common\n");
  const std::string header = "seed,tick,metric,value\n";
  CHECK(desk.table_complaint(header + "0,1,error,2\n0,2,error,-0.5\n", {"--log-y"}) ==
        "--log-y: error: a logarithmic axis takes no values of zero or less; 'error' is -0.5 at 2\n");
  CHECK(desk.table_complaint(header + "0,0,error,2\n", {"--log-x"}) ==
        "--log-x: error: a logarithmic axis takes no values of zero or less; found 0\n");
  std::string many = header;
  for (int seed = 0; seed < 17; ++seed) many += std::to_string(seed) + ",1,error,1\n";
  CHECK(desk.table_complaint(many, {"--lines", "seed"}) ==
        "error: that are 17 lines, more than the 16 that can be told apart; choose some with --where, or use "
        "--panels\n");
  CHECK(desk.table_complaint("", {"--panels", "seed"}) ==
        "error: that are 17 panels, more than the 6 that fit side by side; choose some with --where\n");
}

TEST_CASE("tables that are not as expected are named, with the line") {
  const Desk desk;
  const std::string expected =
      "expected a table of 'weft sweep', whose header ends with 'seed,tick,metric,value', or the metrics.csv of a run, "
      "'tick,metric,value'\n";
  CHECK(desk.table_complaint("tick;metric;value\n") ==
        "t.csv:1:1: error: the header is 'tick;metric;value'; " + expected);
  CHECK(desk.table_complaint("seed,loss,tick,metric,value\n") ==
        "t.csv:1:1: error: the header is 'seed,loss,tick,metric,value'; " + expected);
  write_file(desk.path("t.csv"), "");
  CHECK(desk.table_complaint("") == "error: 't.csv' is empty; " + expected);
  const auto row = [&](const std::string& text) { return desk.table_complaint("k,seed,tick,metric,value\n" + text); };
  CHECK(row("a,0,1,error,1\na,0,2,error\n") == "t.csv:3:1: error: expected 5 cells, as in the header; found 4\n");
  CHECK(row("a,,1,error,1\n") == "t.csv:2:1: error: a cell is empty; expected a value in each\n");
  CHECK(row("a,0,1,error,nan\n") == "t.csv:2:1: error: the value of 'error' is 'nan'; expected a finite number\n");
  CHECK(row("a,0,1,error,inf\n") == "t.csv:2:1: error: the value of 'error' is 'inf'; expected a finite number\n");
  CHECK(row("a,0,one,error,1\n") == "t.csv:2:1: error: the tick is 'one'; expected a whole number\n");
  CHECK(row("\"a,0,1,error,1\n") == "t.csv:2:1: error: a quote is not closed\n");
  CHECK(row("") == "error: no row of 't.csv' is of the metric 'error'; there are none at all\n");
  CHECK(desk.table_complaint("seed,seed,tick,metric,value\n") ==
        "t.csv:1:1: error: a column stands twice in the header 'seed,seed,tick,metric,value'\n");
}

TEST_CASE("sources that are none, or do not go together") {
  const Desk desk;
  const auto plot = [&](const Words& sources) {
    Words words = {"--metric", "error", "--out", "a.svg"};
    words.insert(words.end(), sources.begin(), sources.end());
    return desk.complaint(words);
  };
  CHECK(plot({"none.csv"}) ==
        "error: 'none.csv' does not exist; expected a table, the folder of a sweep or the folder of a run\n");
  fs::create_directory(desk.path("empty"));
  CHECK(plot({"empty"}) ==
        "error: the folder 'empty' holds neither the table.csv of a sweep nor the graph.toml of a run\n");
  write_file(desk.path("empty/.weft-sweep"), "");
  CHECK_THAT(plot({"empty"}), EndsWith("the graph.toml of a run; the sweep has not come to its end yet\n"));
  write_file(desk.path("empty/graph.toml"), "[run]\nname = 3\n");
  CHECK(plot({"empty"}) ==
        "error: 'empty/graph.toml' does not tell the run's name and seed; expected the folder of a run\n");
  write_file(desk.path("u.csv"), "width,seed,tick,metric,value\n4,0,1,error,1\n");
  CHECK(plot({"t.csv", "u.csv"}) ==
        "error: the tables do not share their columns: 't.csv' has 'loss', 'width' and 'seed', 'u.csv' has 'width' and "
        "'seed'; plot them apart, or sweep them together\n");
  CHECK(plot({"t.csv", "t.csv"}) ==
        "error: a run stands in two tables, 't.csv' and 't.csv': loss mse, width 4, seed 0; give tables of different "
        "runs\n");
}

TEST_CASE("options of a plot that make no sense, and figures that cannot be written") {
  const Desk desk;
  CHECK(desk.complaint({"t.csv", "--out", "a.svg"}) == "error: --metric is missing; see 'weft plot --help'\n");
  CHECK(desk.complaint({"t.csv", "--metric", "error"}) == "error: --out is missing; see 'weft plot --help'\n");
  CHECK(desk.complaint({"--metric", "error", "--out", "a.svg"}) ==
        "error: FILE... is missing; see 'weft plot --help'\n");
  CHECK(desk.complaint({"--map", "t.csv", "--log-y", "--out", "a.svg"}) ==
        "error: --log-y does not go with --map; see 'weft plot --help'\n");
  CHECK(desk.complaint({"t.csv", "--metric", "error", "--mark", "1,2", "--out", "a.svg"}) ==
        "error: --mark goes with --map alone; see 'weft plot --help'\n");
  CHECK(desk.complaint({"t.csv", "--metric", "error", "--out", "a.pdf"}) ==
        "--out a.pdf: error: a figure is a .png or .svg; found '.pdf'\n");
  CHECK(desk.complaint({"t.csv", "--metric", "error", "--out", "figure"}) ==
        "--out figure: error: a figure is a .png or .svg; found no such ending\n");
  CHECK(desk.complaint({"t.csv", "--metric", "error", "--out", "/proc/nowhere/a.svg"}, 4) ==
        "error: cannot write '/proc/nowhere/a.svg.tmp': No such file or directory\n");
  fs::create_directory(desk.path("folder.svg"));
  CHECK_THAT(desk.complaint({"t.csv", "--metric", "error", "--out", "folder.svg"}, 4),
             StartsWith("error: cannot write 'folder.svg': "));
}

TEST_CASE("without gnuplot the message says how to get it") {
  const Desk desk;
  weft::testing::Process process(
      {"/usr/bin/env", "PATH=/nowhere", WEFT_PROGRAM, "plot", "t.csv", "--metric", "error", "--out", "a.svg"},
      desk.folder.path());
  CHECK(process.wait() == 4);
  CHECK(process.output() ==
        "error: figures are drawn by gnuplot, which is not installed; type: apt-get install --no-install-recommends "
        "gnuplot-nox\n");
  CHECK_FALSE(fs::exists(desk.path("a.svg")));
}

TEST_CASE("a grid is read in any order of its rows") {
  const Desk desk;
  write_file(desk.path("g.csv"), "x,y,z\n1,0,10\n0,2,2\n1,2,12\n0,0,0\n1,1,11\n0,1,1\n");
  const host::Grid grid = host::read_grid(desk.path("g.csv"));
  CHECK((grid.x_name == "x" && grid.y_name == "y" && grid.z_name == "z"));
  CHECK(grid.x == std::vector<double>{0, 1});
  CHECK(grid.y == std::vector<double>{0, 1, 2});
  CHECK(grid.z == std::vector<double>{0, 10, 1, 11, 2, 12});
}

TEST_CASE("level lines are quantiles, and a flat surface has none") {
  host::Grid grid;
  for (int value = 0; value <= 100; ++value) grid.z.push_back(std::pow(10.0, value / 10.0));
  const std::vector<double> levels = host::levels(grid);
  REQUIRE(levels.size() == 5);
  CHECK(levels[0] == Approx(std::pow(10.0, 0.5)));
  CHECK(levels[4] == Approx(std::pow(10.0, 8.5)));
  grid.z.assign(4, 1.0);
  CHECK(host::levels(grid).empty());
}

TEST_CASE("maps are drawn, the same bytes each time") {
  const Desk desk;
  write_file(desk.path("g.csv"), grid_text(21, 31));
  write_file(desk.path("flat.csv"), "a,b,flat\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n");
  const Words words = {"--map", "g.csv", "g.csv", "g.csv", "flat.csv", "--mark", "0.5,0.25",
                       "--out", "a.svg", "--out", "a.png", "--title",  "Four"};
  const Finished finished = desk.plot(words);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  CHECK(finished.output == "a.svg\na.png\n");
  const std::string svg = desk.text("a.svg"), png = desk.text("a.png");
  CHECK(count(svg, "<image ") == 8);  // a map and its scale each
  CHECK_THAT(svg, Contains(">theta</text>") && Contains(">theta_dot</text>") && Contains(">loss</text>") &&
                      Contains(">flat</text>") && Contains(">Four</text>"));
  CHECK((png.size() > 2'000 && svg.size() < 200'000));
  REQUIRE(desk.plot(words).code == 0);
  CHECK((desk.text("a.svg") == svg && desk.text("a.png") == png));
}

TEST_CASE("grids that are not as expected are named") {
  const Desk desk;
  const auto grid = [&](const std::string& text, const Words& more = {}) {
    write_file(desk.path("g.csv"), text);
    Words words = {"--map", "g.csv", "--out", "a.svg"};
    words.insert(words.end(), more.begin(), more.end());
    return desk.complaint(words);
  };
  CHECK(grid("x,y\n") == "g.csv:1:1: error: expected three cells, as in 'x,y,height'; found 'x,y'\n");
  CHECK(grid("0,0,1\n") == "g.csv:1:1: error: expected a header with the names of x, y and z; found '0,0,1'\n");
  CHECK(grid("x,y,z\n") == "g.csv: error: there are no rows; expected a header with three names and a grid of rows\n");
  CHECK(grid("x,y,z\n0,0,nan\n") == "g.csv:2:1: error: 'nan' is no finite number\n");
  CHECK(grid("x,y,z\n0,0,1\n0,,1\n") == "g.csv:3:1: error: '' is no finite number\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n") ==
        "g.csv: error: the grid is not complete: 2 x 2 points make 4 rows, found 3; there is none with x 1, y 1\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n1,1,2\n") == "g.csv: error: two rows have x 1, y 1\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n") ==
        "g.csv: error: 'x' has one value alone; expected a grid of at least 2 x 2 points\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n3,0,1\n3,1,1\n") ==
        "g.csv: error: the values of 'x' are not evenly spaced: 0 and 1 are neighbours, and the mean step is 1.5\n");
  const std::string good = grid_text(3, 3);
  CHECK(grid(good, {"--mark", "1"}) == "--mark 1: error: expected two numbers, X,Y\n");
  CHECK(grid(good, {"--mark", "1,x"}) == "--mark 1,x: error: expected two numbers, X,Y\n");
  CHECK(grid(good, {"--mark", "5,0"}) ==
        "--mark 5,0: error: lies outside of 'g.csv', where theta goes from 0 to 2 and theta_dot from 0 to 1\n");
  CHECK_THAT(desk.complaint({"--map", "none.csv", "--out", "a.svg"}), StartsWith("error: cannot read 'none.csv': "));
}
