#include "host/figures/plot_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "host/base/csv.h"
#include "host/base/diagnostic.h"
#include "host/base/file.h"
#include "host/base/number.h"
#include "host/base/option_text.h"
#include "host/base/statistics.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

std::optional<double> finite_number(const std::string& text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The distinct values of a column, sorted.
std::vector<double> distinct(const std::vector<std::array<double, 3>>& rows, std::size_t column) {
  std::set<double> values;
  for (const auto& row : rows) values.insert(row[column]);
  return {values.begin(), values.end()};
}

void require_even(const fs::path& file, const std::string& name, const std::vector<double>& values) {
  if (values.size() < 2)
    throw wrong_input(Place{file.string()},
                      fmt::format("'{}' has only one value; expected a grid of at least 2 x 2 points", name));
  const double step = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
  for (std::size_t index = 1; index < values.size(); ++index) {
    if (std::fabs(values[index] - values[index - 1] - step) > 1e-3 * step)
      throw wrong_input(Place{file.string()},
                        fmt::format("the values of '{}' are not evenly spaced: {} and {} are neighbors, but the mean "
                                    "step is {}",
                                    name, shortest(values[index - 1]), shortest(values[index]), shortest(step)));
  }
}

void fill(const fs::path& file, const std::vector<std::array<double, 3>>& rows, Grid& grid) {
  std::map<std::array<double, 2>, double> points;
  const auto at = [&](double x, double y) {
    return fmt::format("{} {}, {} {}", grid.x_name, shortest(x), grid.y_name, shortest(y));
  };
  for (const auto& [x, y, z] : rows)
    if (!points.emplace(std::array{y, x}, z).second)
      throw wrong_input(Place{file.string()}, fmt::format("two rows have {}", at(x, y)));
  for (const double y : grid.y) {
    for (const double x : grid.x) {
      const auto found = points.find({y, x});
      if (found == points.end())
        throw wrong_input(
            Place{file.string()},
            fmt::format("the grid is incomplete: expected {} rows for {} x {} points, found {}; there is none with {}",
                        grid.x.size() * grid.y.size(), grid.x.size(), grid.y.size(), rows.size(), at(x, y)));
      grid.z.push_back(found->second);
    }
  }
}

}  // namespace

Grid read_grid(const fs::path& file) {
  const std::string text = read_whole(file);
  CsvRow row;
  bool header = true;
  Grid grid;
  std::vector<std::array<double, 3>> rows;
  try {
    CsvReader reader(text);
    while (reader.next(row)) {
      const Place place{file.string(), static_cast<int>(row.line), 1};
      if (row.cells.size() != 3)
        throw wrong_input(place,
                          fmt::format("expected three cells, as in 'x,y,height'; found '{}'", row.text.substr(0, 80)));
      if (header) {
        for (const std::string& cell : row.cells)
          if (cell.empty() || finite_number(cell))
            throw wrong_input(place,
                              fmt::format("expected a header with the names of x, y and z; found '{}'", row.text));
        grid = {row.cells[0], row.cells[1], row.cells[2], {}, {}, {}};
        header = false;
        continue;
      }
      std::array<double, 3>& values = rows.emplace_back();
      for (std::size_t cell = 0; cell < 3; ++cell) {
        const std::optional<double> value = finite_number(row.cells[cell]);
        if (!value) throw wrong_input(place, fmt::format("'{}' is not a finite number", row.cells[cell]));
        values[cell] = *value;
      }
    }
  } catch (const CsvError& error) {
    throw wrong_input({file.string(), static_cast<int>(error.line), 1}, error.what());
  }
  if (rows.empty())
    throw wrong_input(Place{file.string()}, "there are no rows; expected a header with three names and a grid of rows");
  grid.x = distinct(rows, 0);
  grid.y = distinct(rows, 1);
  require_even(file, grid.x_name, grid.x);
  require_even(file, grid.y_name, grid.y);
  fill(file, rows, grid);
  return grid;
}

MapFigure make_map_figure(const std::vector<fs::path>& files, const MapOptions& options) {
  MapFigure figure;
  figure.title = options.title.value_or("");
  for (const fs::path& file : files) {
    Grid grid = read_grid(file);
    grid.x_name = options.x_label.value_or(grid.x_name);
    grid.y_name = options.y_label.value_or(grid.y_name);
    figure.panels.push_back(std::move(grid));
  }
  if (!options.mark) return figure;
  const Place place{"--mark " + *options.mark, 0, 0};
  const std::vector<std::string> cells = split_values(*options.mark);
  const std::optional<double> x = finite_number(cells[0]);
  const std::optional<double> y = cells.size() == 2 ? finite_number(cells[1]) : std::nullopt;
  if (!x || !y) throw wrong_input(place, "expected two numbers, X,Y");
  for (std::size_t panel = 0; panel < files.size(); ++panel) {
    const Grid& grid = figure.panels[panel];
    if (*x < grid.x.front() || *x > grid.x.back() || *y < grid.y.front() || *y > grid.y.back())
      throw wrong_input(place,
                        fmt::format("outside of {}, where {} is in [{}, {}] and {} in [{}, {}]", quoted(files[panel]),
                                    grid.x_name, shortest(grid.x.front()), shortest(grid.x.back()), grid.y_name,
                                    shortest(grid.y.front()), shortest(grid.y.back())));
  }
  figure.mark = {*x, *y};
  return figure;
}

std::vector<double> levels(const Grid& grid) {
  std::vector<double> sorted = grid.z;
  std::sort(sorted.begin(), sorted.end());
  std::set<double> values;
  for (const double share : {0.05, 0.2, 0.4, 0.6, 0.85}) values.insert(quantile(sorted, share));
  values.erase(sorted.front());  // flat areas have no line
  values.erase(sorted.back());
  return {values.begin(), values.end()};
}

}  // namespace weft::host
