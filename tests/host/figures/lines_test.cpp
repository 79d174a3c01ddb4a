// `weft plot`: figures with lines.
#include "host/figures/line_script.h"
#include "host/figures/plot_workspace.h"

namespace host = weft::host;
using namespace weft::testing;

TEST_CASE("a line goes through the means over seeds, within their ranges") {
  const Workspace workspace;
  host::LineOptions options;
  options.metric = "error";
  options.where = {"width=4"};
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  REQUIRE(figure.panels.size() == 1);
  REQUIRE(figure.names == Words{"mse", "vagram"});
  CHECK(figure.legend == "loss");
  CHECK((figure.x_label == "tick" && figure.y_label == "error"));
  CHECK(figure.caption == "mean over 2 seeds, smallest to largest");
  check_points(figure.panels[0].lines[0], {{10, 5}, {20, 3}});
  check_points(figure.panels[0].lines[1], {{10, 2}, {20, 2}});
  CHECK(figure.panels[0].lines[0].points[1].low == 2.0);
  CHECK(figure.panels[0].lines[0].points[1].high == 4.0);
  CHECK(figure.notes == Words{"omitted 1 tick that only some of the runs of 'vagram' have"});
  const std::string script = host::line_script(figure);
  CHECK_THAT(script, Contains("$line_0_0 << END\n10 5 4 6\n20 3 2 4\nEND\n") &&
                         Contains("$line_0_0 using 1:3:4 with filledcurves notitle") &&
                         Contains("title 'mse', keyentry with lines") && Contains("set label 4 'error' at"));
}

TEST_CASE("by default there is a line for each combination of values; panels take a key and share their y axis") {
  const Workspace workspace;
  host::LineOptions options;
  options.metric = "error";
  CHECK(host::make_line_figure(workspace.table(), options).names ==
        Words{"mse, 4", "vagram, 4", "mse, 16", "vagram, 16"});
  options.panels = "width";
  options.log_y = true;
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  REQUIRE(figure.panels.size() == 2);
  CHECK(figure.panels[1].title == "width = 16");
  CHECK(figure.names == Words{"mse", "vagram"});
  const std::string script = host::line_script(figure);
  CHECK(count(script, "set yrange ") == 1);
  CHECK(count(script, "\nplot ") == 2);
  CHECK(count(script, "keyentry") == 2);
  CHECK_THAT(script, Contains("set logscale y"));
}

TEST_CASE("colors follow the listed names, so that figures of other lines agree") {
  const Workspace workspace;
  host::LineOptions options;
  options.metric = "error";
  options.where = {"width=4"};
  CHECK(host::make_line_figure(workspace.table(), options).colors == std::vector<std::size_t>{0, 1});
  options.colors = {"vagram", "inner"};
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  CHECK(figure.names == Words{"mse", "vagram"});
  CHECK(figure.colors == std::vector<std::size_t>{2, 0});
  CHECK_THAT(host::line_script(figure),
             Contains("keyentry with lines lc rgb '#009E73' lw 1.8 dt 1 title 'mse', keyentry "
                      "with lines lc rgb '#0072B2' lw 1.8 dt 1 title 'vagram'"));
}

TEST_CASE("values of a setting that are not numbers are side by side, in the order of the table") {
  const Workspace workspace;
  host::LineOptions options;
  options.metric = "error";
  options.x = "loss";
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  CHECK(figure.names == std::vector<std::string>{"4", "16"});
  check_points(figure.panels[0].lines[0], {{0, 3}, {1, 2}});
  check_points(figure.panels[0].lines[1], {{0, 1}, {1, 0.5}});
  CHECK_THAT(host::line_script(figure), Contains("set xtics nomirror ('mse' 0, 'vagram' 1)"));
}

TEST_CASE("over a setting, the last value of each run is drawn") {
  const Workspace workspace;
  host::LineOptions options;
  options.metric = "error";
  options.x = "width";
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  check_points(figure.panels[0].lines[0], {{4, 3}, {16, 1}});
  check_points(figure.panels[0].lines[1], {{4, 2}, {16, 0.5}});
  CHECK(figure.caption == "last values, mean over 2 seeds, smallest to largest");
  CHECK_THAT(host::line_script(figure),
             Contains("set xtics nomirror ('4' 4, '16' 16)") &&
                 Contains("$bars_0_0 << END\n3.91792 2\n3.91792 4\n\n15.91792 0.5\n15.91792 1.5\n\nEND\n") &&
                 Contains("$bars_0_1 << END\n4.08208 1\n"));
}

TEST_CASE("of two values in a tick the last one counts; more ticks than fit are averaged") {
  std::string table = "seed,tick,metric,value\n0,1,error,5\n0,1,error,3\n";
  for (int tick = 2; tick <= 6000; ++tick) table += "0," + std::to_string(tick) + ",error,3\n";
  const Workspace workspace(table);
  host::LineOptions options;
  options.metric = "error";
  const host::LineFigure figure = host::make_line_figure(workspace.table(), options);
  REQUIRE(figure.panels[0].lines[0].points.size() == 2000);
  check_points({0, {figure.panels[0].lines[0].points[0]}}, {{2, 3}});
  CHECK(figure.caption == "single runs; each point is the mean of 3 ticks");
}

TEST_CASE("the figure is drawn, the same bytes each time, as SVG and PNG") {
  const Workspace workspace;
  const Words words = {"t.csv",   "--metric",  "error",           "--panels", "width",     "--log-y", "--title",
                       "O'Grady", "--y-label", "squared <error>", "--out",    "new/a.svg", "--out",   "a.png"};
  const Finished finished = workspace.plot(words);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  CHECK(finished.output == "note: omitted 1 tick that only some of the runs of 'vagram' have\nnew/a.svg\na.png\n");
  const std::string svg = workspace.text("new/a.svg"), png = workspace.text("a.png");
  CHECK_THAT(svg, StartsWith("<?xml") && Contains(">mse</text>") && Contains("width = 16") && Contains("O'Grady") &&
                      Contains("squared &lt;error>") && Contains("mean over 2 seeds, smallest to largest") &&
                      Contains("loss"));
  CHECK_THAT(png, StartsWith("\x89PNG"));
  CHECK((svg.size() > 2'000 && svg.size() < 200'000 && png.size() > 2'000 && png.size() < 200'000));
  REQUIRE(workspace.plot(words).code == 0);
  CHECK((workspace.text("new/a.svg") == svg && workspace.text("a.png") == png));
  CHECK(std::distance(fs::directory_iterator(workspace.path("new")), {}) == 1);
}
