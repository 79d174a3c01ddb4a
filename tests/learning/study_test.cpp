// The quick version of the loss study, as its script runs it: with a linear model the losses have the order that the
// paper reports, and the surfaces have the shapes of their formulas.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/process.h"
#include "weft/testing/catch.h"

namespace {

namespace fs = std::filesystem;
using weft::testing::read_file;

/// By loss and seed: the value error, mean over the iterations after 50 (until then the value functions are those of an
/// agent that has not learned yet).
std::map<std::string, std::array<double, 4>> value_errors(const fs::path& table) {
  std::map<std::string, std::array<double, 4>> means;
  std::istringstream lines(read_file(table));
  std::string line;
  std::getline(lines, line);
  REQUIRE(line == "graph,stages.fit.loss,seed,tick,metric,value");
  while (std::getline(lines, line)) {
    std::array<char, 64> loss{}, metric{};
    unsigned seed = 0;
    int tick = 0;
    double value = 0.0;
    REQUIRE(std::sscanf(line.c_str(), "%*[^,],%63[^,],%u,%d,%63[^,],%lf", loss.data(), &seed, &tick, metric.data(),
                        &value) == 5);
    if (std::string(metric.data()) != "errors.value_error" || tick <= 50) continue;
    means[loss.data()].at(seed) += value / 150.0;
  }
  return means;
}

struct Point {
  double theta = 0.0, speed = 0.0, height = 0.0;
};

std::vector<Point> surface(const fs::path& file) {
  std::istringstream lines(read_file(file));
  std::vector<Point> points;
  std::string line;
  std::getline(lines, line);
  for (Point point; std::getline(lines, line);) {
    REQUIRE(std::sscanf(line.c_str(), "%lf,%lf,%lf", &point.theta, &point.speed, &point.height) == 3);
    points.push_back(point);
  }
  REQUIRE(points.size() == 121 * 121);
  return points;
}

/// The lowest height further than 2 from the sample, as a share of the largest: small for a loss that accepts
/// predictions far from the truth.
double low_far_away(const std::vector<Point>& points) {
  double lowest = 1e30, largest = 0.0;
  for (const Point& point : points) {
    largest = std::max(largest, point.height);
    if (std::hypot(point.theta + 0.75, point.speed - 2.0) > 2.0) lowest = std::min(lowest, point.height);
  }
  return lowest / largest;
}

/// The lowest point of a surface.
Point lowest(const std::vector<Point>& points) {
  return *std::min_element(points.begin(), points.end(),
                           [](const Point& a, const Point& b) { return a.height < b.height; });
}

}  // namespace

TEST_CASE("the study: with a linear model IterVAML is below VaGraM, and VaGraM below the squared error") {
  const weft::testing::TemporaryFolder folder;
  fs::copy(fs::path(WEFT_SOURCE_FOLDER) / "graphs", folder.path() / "graphs", fs::copy_options::recursive);
  const fs::path study = folder.path() / "graphs" / "pendulum_study", data = study / "data";
  fs::remove_all(data);  // from a study that was run in the source tree
  weft::testing::Process process({"/usr/bin/env", "WEFT=" WEFT_PROGRAM, (study / "study.sh").string(), "--quick"},
                                 folder.path());
  const int code = process.wait(1200.0);
  INFO(process.output());
  REQUIRE(code == 0);

  const std::string table = read_file(data / "runs" / "quick" / "table.csv");
  for (const char* loss : {"mse", "itervaml", "vagram", "inner"})
    CHECK(table.find("\nlinear,itervaml,3,200,agreement_" + std::string(loss) + ".rank_correlation,") !=
          std::string::npos);
  auto errors = value_errors(data / "runs" / "quick" / "table.csv");
  for (std::size_t seed = 0; seed < 4; ++seed) {
    INFO("seed " << seed << ": mse " << errors["mse"][seed] << ", vagram " << errors["vagram"][seed] << ", itervaml "
                 << errors["itervaml"][seed]);
    CHECK(errors["itervaml"][seed] < 0.9 * errors["vagram"][seed]);
    CHECK(errors["vagram"][seed] < 0.97 * errors["mse"][seed]);
  }
  for (const char* figure : {"surfaces.png", "surfaces.svg", "quick.png", "quick.svg"})
    CHECK(fs::file_size(data / figure) > 5'000);

  const fs::path surfaces = data / "runs" / "surfaces" / "files";
  // Grid lines are 0.05 rad and 0.13 rad/s apart. IterVAML is small along a whole level line of the value; the two
  // paraboloids are small only around the sample, and VaGraM's is steeper along theta.
  for (const char* name : {"surface_mse.csv", "surface_vagram.csv"}) {
    const Point low = lowest(surface(surfaces / name));
    CHECK(std::abs(low.theta + 0.75) < 0.05);
    CHECK(std::abs(low.speed - 2.0) < 0.14);
  }
  const auto at = [](const std::vector<Point>& points, double theta, double speed) {
    return std::min_element(points.begin(), points.end(),
                            [&](const Point& a, const Point& b) {
                              return std::hypot(a.theta - theta, a.speed - speed) <
                                     std::hypot(b.theta - theta, b.speed - speed);
                            })
        ->height;
  };
  const auto squeeze = [&](const std::vector<Point>& points) { return at(points, 0.25, 2.0) / at(points, -0.75, 3.0); };
  CHECK(squeeze(surface(surfaces / "surface_mse.csv")) == Approx(1.0).epsilon(0.2));
  CHECK(squeeze(surface(surfaces / "surface_vagram.csv")) > 5.0);
  CHECK(low_far_away(surface(surfaces / "surface_itervaml.csv")) < 1e-5);
  CHECK(low_far_away(surface(surfaces / "surface_mse.csv")) > 1e-2);
}
