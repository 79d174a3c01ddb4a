// `weft plot`: what is read, worked out and drawn.
#include <cmath>

#include "host/figures/axis.h"
#include "host/figures/plot_map.h"
#include "plot_desk.h"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
namespace host = weft::host;
using namespace weft::testing;

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

TEST_CASE("colours are given by name where they are listed, so that figures of other lines agree") {
  const Desk desk;
  host::LineOptions options;
  options.metric = "error";
  options.where = {"width=4"};
  CHECK(host::make_line_figure(desk.table(), options).colours == std::vector<std::size_t>{0, 1});
  options.colours = {"vagram", "inner"};
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  CHECK(figure.names == Words{"mse", "vagram"});
  CHECK(figure.colours == std::vector<std::size_t>{2, 0});
  CHECK_THAT(host::line_script(figure),
             Contains("keyentry with lines lc rgb '#009E73' lw 1.8 dt 1 title 'mse', keyentry "
                      "with lines lc rgb '#0072B2' lw 1.8 dt 1 title 'vagram'"));
}

TEST_CASE("values of a setting that are no numbers stand side by side in the order of the table") {
  const Desk desk;
  host::LineOptions options;
  options.metric = "error";
  options.x = "loss";
  const host::LineFigure figure = host::make_line_figure(desk.table(), options);
  CHECK(figure.names == std::vector<std::string>{"4", "16"});
  check_points(figure.panels[0].lines[0], {{0, 3}, {1, 2}});
  check_points(figure.panels[0].lines[1], {{0, 1}, {1, 0.5}});
  CHECK_THAT(host::line_script(figure), Contains("set xtics nomirror ('mse' 0, 'vagram' 1)"));
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
  REQUIRE(desk.plot({"--map", "g.csv", "--x-label", "angle", "--y-label", "speed", "--out", "b.svg"}).code == 0);
  CHECK_THAT(desk.text("b.svg"), Contains(">angle</text>") && Contains(">speed</text>") && !Contains("theta"));
}
