// `weft plot`: the text of every error.
#include "host/figures/plot_workspace.h"

using namespace weft::testing;

TEST_CASE("unknown keys and values get the nearest name") {
  const Workspace workspace;
  CHECK(workspace.complaint({"t.csv", "--metric", "eror", "--out", "a.svg"}) ==
        "error: the metric 'eror' is not in 't.csv'; the metrics are 'error' and 'other'; did you mean 'error'?\n");
  CHECK(workspace.table_complaint("", {"--lines", "los"}) ==
        "--lines los: error: unknown key 'los'; the table has 'loss', 'width' and 'seed'; did you mean 'loss'?\n");
  CHECK_THAT(workspace.table_complaint("", {"--panels", "widht"}), StartsWith("--panels widht: error: unknown key"));
  CHECK_THAT(workspace.table_complaint("", {"--x", "wide"}), StartsWith("--x wide: error: unknown key"));
  CHECK_THAT(workspace.table_complaint("", {"--where", "wdth=4"}), StartsWith("--where wdth=4: error: unknown key"));
  CHECK(workspace.table_complaint("", {"--where", "width"}) ==
        "--where width: error: expected KEY=VALUE or KEY=VALUE,VALUE,...\n");
  CHECK(workspace.table_complaint("", {"--where", "loss=mse,vagam"}) ==
        "--where loss=mse,vagam: error: no run has 'loss' = 'vagam'; its values are 'mse' and 'vagram'; did you mean "
        "'vagram'?\n");
}

TEST_CASE("meaningless figures are refused") {
  const Workspace workspace;
  CHECK(workspace.table_complaint("", {"--lines", "loss"}) ==
        "error: 'width' varies too, and a mean over its values would be meaningless; name it with --lines, --panels or "
        "--x, or choose one value with --where width=4\n");
  CHECK(workspace.table_complaint("", {"--lines", "loss", "--x", "loss"}) ==
        "error: a key has two roles in the figure; name each key once with --lines, --panels or --x\n");
  CHECK(workspace.table_complaint("", {"--x", "loss", "--log-x"}) ==
        "--log-x: error: a logarithmic axis needs numbers; 'loss' has the value 'mse'\n");
  CHECK(workspace.table_complaint("seed,tick,metric,value\n0,1,error,1\n1,2,error,1\n") ==
        "error: the runs have no tick of 'error' in common\n");
  const std::string header = "seed,tick,metric,value\n";
  CHECK(workspace.table_complaint(header + "0,1,error,2\n0,2,error,-0.5\n", {"--log-y"}) ==
        "--log-y: error: a logarithmic axis needs values above zero; 'error' is -0.5 at 2\n");
  CHECK(workspace.table_complaint(header + "0,0,error,2\n", {"--log-x"}) ==
        "--log-x: error: a logarithmic axis needs values above zero; found 0\n");
  std::string many = header;
  for (int seed = 0; seed < 17; ++seed) many += std::to_string(seed) + ",1,error,1\n";
  CHECK(workspace.table_complaint(many, {"--lines", "seed"}) ==
        "error: there are 17 lines, more than the 16 that can be distinguished; choose some with --where, or use "
        "--panels\n");
  CHECK(workspace.table_complaint("", {"--panels", "seed"}) ==
        "error: there are 17 panels, more than the 6 that fit side by side; choose some with --where\n");
}

TEST_CASE("invalid tables are reported, with the line") {
  const Workspace workspace;
  const std::string expected =
      "expected a table of 'weft sweep', whose header ends with 'seed,tick,metric,value', or the metrics.csv of a run, "
      "'tick,metric,value'\n";
  CHECK(workspace.table_complaint("tick;metric;value\n") ==
        "t.csv:1:1: error: the columns are separated by semicolons or tabs; save the table with commas\n");
  CHECK(workspace.table_complaint("seed,loss,tick,metric,value\n") ==
        "t.csv:1:1: error: the header is 'seed,loss,tick,metric,value'; " + expected);
  write_file(workspace.path("t.csv"), "");
  CHECK(workspace.table_complaint("") == "error: 't.csv' is empty; " + expected);
  const auto row = [&](const std::string& text) {
    return workspace.table_complaint("k,seed,tick,metric,value\n" + text);
  };
  CHECK(row("a,0,1,error,1\na,0,2,error\n") == "t.csv:3:1: error: expected 5 cells, as in the header; found 4\n");
  CHECK(row("a,,1,error,1\n") == "t.csv:2:1: error: a cell is empty; expected a value in each\n");
  CHECK(row("a,0,1,error,nan\n") == "t.csv:2:1: error: the value of 'error' is 'nan'; expected a finite number\n");
  CHECK(row("a,0,1,error,inf\n") == "t.csv:2:1: error: the value of 'error' is 'inf'; expected a finite number\n");
  CHECK(row("a,0,one,error,1\n") == "t.csv:2:1: error: the tick is 'one'; expected a whole number\n");
  CHECK(row("\"a,0,1,error,1\n") == "t.csv:2:1: error: a quote is not closed\n");
  CHECK(row("") == "error: the metric 'error' is not in 't.csv'; the metrics are none\n");
  CHECK(workspace.table_complaint("seed,seed,tick,metric,value\n") ==
        "t.csv:1:1: error: the header 'seed,seed,tick,metric,value' has a column twice\n");
}

TEST_CASE("sources that do not exist, are invalid, or do not match") {
  const Workspace workspace;
  const auto plot = [&](const Words& sources) {
    Words words = {"--metric", "error", "--out", "a.svg"};
    words.insert(words.end(), sources.begin(), sources.end());
    return workspace.complaint(words);
  };
  CHECK(plot({"none.csv"}) ==
        "error: 'none.csv' does not exist; expected a table, the folder of a sweep or the folder of a run\n");
  fs::create_directory(workspace.path("empty"));
  CHECK(plot({"empty"}) ==
        "error: the folder 'empty' holds neither the table.csv of a sweep nor the graph.toml of a run\n");
  write_file(workspace.path("empty/.weft-sweep"), "");
  CHECK_THAT(plot({"empty"}), EndsWith("the graph.toml of a run; the sweep has not finished yet\n"));
  write_file(workspace.path("empty/graph.toml"), "[run]\nname = 3\n");
  CHECK(plot({"empty"}) == "error: 'empty/graph.toml' has no name and seed in [run]; expected the folder of a run\n");
  CHECK(plot({"t.csv", "t.csv"}) ==
        "error: a run is in two tables, 't.csv' and 't.csv': loss mse, width 4, seed 0; give tables of different "
        "runs\n");
}

TEST_CASE("invalid options of a plot, and figures that cannot be written") {
  const Workspace workspace;
  CHECK(workspace.complaint({"t.csv", "--out", "a.svg"}) == "error: --metric is missing; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"t.csv", "--metric", "error"}) == "error: --out is missing; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"--metric", "error", "--out", "a.svg"}) ==
        "error: FILE... is missing; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"--map", "t.csv", "--log-y", "--out", "a.svg"}) ==
        "error: --log-y cannot be used with --map; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"--map", "t.csv", "--colors", "mse", "--out", "a.svg"}) ==
        "error: --colors cannot be used with --map; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"t.csv", "--metric", "error", "--mark", "1,2", "--out", "a.svg"}) ==
        "error: --mark needs --map; see 'weft plot --help'\n");
  CHECK(workspace.complaint({"t.csv", "--metric", "error", "--out", "a.pdf"}) ==
        "--out a.pdf: error: expected a file name that ends with .png or .svg; found '.pdf'\n");
  CHECK(workspace.complaint({"t.csv", "--metric", "error", "--out", "figure"}) ==
        "--out figure: error: expected a file name that ends with .png or .svg; found no extension\n");
  CHECK(workspace.complaint({"t.csv", "--metric", "error", "--out", "/proc/nowhere/a.svg"}, 4) ==
        "error: cannot write '/proc/nowhere/a.svg.tmp': No such file or directory\n");
  fs::create_directory(workspace.path("folder.svg"));
  CHECK_THAT(workspace.complaint({"t.csv", "--metric", "error", "--out", "folder.svg"}, 4),
             StartsWith("error: cannot write 'folder.svg': "));
}

TEST_CASE("the name of a figure is a file name, whatever it would be in gnuplot's language") {
  for (const char* name : {"|touch pwned;cat >x.svg", "'; system 'touch pwned'; '.svg", "a\tb\nc.svg", "\"quoted.svg",
                           "`touch pwned`.svg", "@a$b.svg", "<x.svg"}) {
    const Workspace workspace;
    INFO(name);
    const Finished finished = workspace.plot({"t.csv", "--metric", "error", "--out", name});
    CHECK(finished.code == 0);
    CHECK(fs::file_size(workspace.path(name)) > 0);
    CHECK(!fs::exists(workspace.path("pwned")));
    CHECK(std::distance(fs::directory_iterator(workspace.folder.path()), {}) == 3);  // with t.csv and output.txt
  }
}

TEST_CASE("without gnuplot the message says how to install it") {
  const Workspace workspace;
  weft::testing::Process process(
      {"/usr/bin/env", "PATH=/nowhere", WEFT_PROGRAM, "plot", "t.csv", "--metric", "error", "--out", "a.svg"},
      workspace.folder.path());
  CHECK(process.wait() == 4);
  CHECK(process.output() ==
        "error: gnuplot, which draws the figures, is not installed; run: apt-get install --no-install-recommends "
        "gnuplot-nox\n");
  CHECK_FALSE(fs::exists(workspace.path("a.svg")));
}

TEST_CASE("invalid grids are reported") {
  const Workspace workspace;
  const auto grid = [&](const std::string& text, const Words& more = {}) {
    write_file(workspace.path("g.csv"), text);
    Words words = {"--map", "g.csv", "--out", "a.svg"};
    words.insert(words.end(), more.begin(), more.end());
    return workspace.complaint(words);
  };
  CHECK(grid("x,y\n") == "g.csv:1:1: error: expected three cells, as in 'x,y,height'; found 'x,y'\n");
  CHECK(grid("0,0,1\n") == "g.csv:1:1: error: expected a header with the names of x, y and z; found '0,0,1'\n");
  CHECK(grid("x,y,z\n") == "g.csv: error: there are no rows; expected a header with three names and a grid of rows\n");
  CHECK(grid("x,y,z\n0,0,nan\n") == "g.csv:2:1: error: 'nan' is not a finite number\n");
  CHECK(grid("x,y,z\n0,0,1\n0,,1\n") == "g.csv:3:1: error: '' is not a finite number\n");
  CHECK(
      grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n") ==
      "g.csv: error: the grid is incomplete: expected 4 rows for 2 x 2 points, found 3; there is none with x 1, y 1\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n1,1,2\n") == "g.csv: error: two rows have x 1, y 1\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n") ==
        "g.csv: error: 'x' has only one value; expected a grid of at least 2 x 2 points\n");
  CHECK(grid("x,y,z\n0,0,1\n0,1,1\n1,0,1\n1,1,1\n3,0,1\n3,1,1\n") ==
        "g.csv: error: the values of 'x' are not evenly spaced: 0 and 1 are neighbors, but the mean step is 1.5\n");
  const std::string valid = grid_text(3, 3);
  CHECK(grid(valid, {"--mark", "1"}) == "--mark 1: error: expected two numbers, X,Y\n");
  CHECK(grid(valid, {"--mark", "1,x"}) == "--mark 1,x: error: expected two numbers, X,Y\n");
  CHECK(grid(valid, {"--mark", "5,0"}) ==
        "--mark 5,0: error: outside of 'g.csv', where theta is in [0, 2] and theta_dot in [0, 1]\n");
  CHECK_THAT(workspace.complaint({"--map", "none.csv", "--out", "a.svg"}),
             StartsWith("error: cannot read 'none.csv': "));
}
