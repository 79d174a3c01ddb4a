/// A working directory for `weft plot` and `weft table`, with a small table.
#pragma once

#include "host/figures/plot_lines.h"
#include "host/figures/plot_table.h"
#include "support/process.h"
#include "weft/testing/catch.h"

namespace weft::testing {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

inline const char* const small_table =
    "loss,width,seed,tick,metric,value\n"
    "mse,4,0,10,error,4\nmse,4,0,20,error,2\nmse,4,0,20,other,7\n"
    "mse,4,1,10,error,6\nmse,4,1,20,error,4\n"
    "vagram,4,0,10,error,1\nvagram,4,0,20,error,1\nvagram,4,0,30,error,1\n"
    "vagram,4,1,10,error,3\nvagram,4,1,20,error,3\n"
    "mse,16,0,10,error,0.5\nmse,16,1,10,error,1.5\n"
    "vagram,16,0,10,error,0.25\nvagram,16,1,10,error,0.75\n";

/// A working directory.
struct Workspace {
  TemporaryFolder folder;
  explicit Workspace(const std::string& table = small_table) { write_file(path("t.csv"), table); }
  fs::path path(const std::string& name) const { return folder.path() / name; }
  std::string text(const std::string& name) const { return read_file(path(name)); }
  Finished plot(Words more) const {
    more.insert(more.begin(), "plot");
    return run_weft(more, folder.path());
  }
  /// The output of a plot that is refused; no file is left behind.
  std::string complaint(Words more, int code = 2) const {
    const Finished finished = plot(std::move(more));
    CHECK(finished.code == code);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      const std::string name = entry.path().filename().string();
      CHECK((name == "output.txt" || name.ends_with(".csv") || entry.is_directory()));
    }
    return finished.output;
  }
  /// The same for t.csv and its metric `error`; `table` replaces t.csv unless it is empty.
  std::string table_complaint(const std::string& table, Words more = {}) const {
    if (!table.empty()) write_file(path("t.csv"), table);
    more.insert(more.begin(), {"t.csv", "--metric", "error", "--out", "a.svg"});
    return complaint(more);
  }
  host::PlotTable table(const std::string& metric = "error") const {
    return host::read_tables({path("t.csv")}, metric);
  }
};

inline std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1)) ++found;
  return found;
}

inline void check_points(const host::Line& line, const std::vector<std::array<double, 2>>& expected) {
  REQUIRE(line.points.size() == expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    CHECK(line.points[index].x == expected[index][0]);
    CHECK(line.points[index].mean == Approx(expected[index][1]));
  }
}

inline std::string grid_text(int columns, int rows) {
  std::string text = "theta,theta_dot,loss\n";
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column)
      text += std::to_string(column) + "," + std::to_string(row * 0.5) + "," + std::to_string(column * row) + "\n";
  return text;
}

}  // namespace weft::testing
