// `weft plot --map`: surfaces over two axes.
#include "host/figures/plot_map.h"

#include <cmath>

#include "host/figures/plot_workspace.h"

namespace host = weft::host;
using namespace weft::testing;

TEST_CASE("a grid is read in any order of its rows") {
  const Workspace workspace;
  write_file(workspace.path("g.csv"), "x,y,z\n1,0,10\n0,2,2\n1,2,12\n0,0,0\n1,1,11\n0,1,1\n");
  const host::Grid grid = host::read_grid(workspace.path("g.csv"));
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
  const Workspace workspace;
  write_file(workspace.path("g.csv"), grid_text(21, 31));
  write_file(workspace.path("flat.csv"), "a,b,flat\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n");
  const Words words = {"--map", "g.csv", "g.csv", "g.csv", "flat.csv", "--mark", "0.5,0.25",
                       "--out", "a.svg", "--out", "a.png", "--title",  "Four"};
  const Finished finished = workspace.plot(words);
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  CHECK(finished.output == "a.svg\na.png\n");
  const std::string svg = workspace.text("a.svg"), png = workspace.text("a.png");
  CHECK(count(svg, "<image ") == 8);  // a map and its scale for each
  CHECK_THAT(svg, Contains(">theta</text>") && Contains(">theta_dot</text>") && Contains(">loss</text>") &&
                      Contains(">flat</text>") && Contains(">Four</text>"));
  CHECK((png.size() > 2'000 && svg.size() < 200'000));
  REQUIRE(workspace.plot(words).code == 0);
  CHECK((workspace.text("a.svg") == svg && workspace.text("a.png") == png));
  REQUIRE(workspace.plot({"--map", "g.csv", "--x-label", "angle", "--y-label", "speed", "--out", "b.svg"}).code == 0);
  CHECK_THAT(workspace.text("b.svg"), Contains(">angle</text>") && Contains(">speed</text>") && !Contains("theta"));
}
