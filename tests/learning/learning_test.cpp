// The shipped graphs learn when the program runs them. Takes minutes: label `slow`.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "support/process.h"
#include "weft/testing/catch.h"

namespace {

namespace fs = std::filesystem;

/// The values of one metric of a run, in the order of the ticks.
std::vector<double> metric(const fs::path& run, const std::string& name) {
  std::istringstream lines(weft::testing::read_file(run / "metrics.csv"));
  std::vector<double> values;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (line.substr(first + 1, second - first - 1) == name) values.push_back(std::stod(line.substr(second + 1)));
  }
  return values;
}

/// Runs a graph with these options and returns its evaluations; the first is before learning, the last after it.
std::vector<double> returns(const std::string& graph, const fs::path& folder,
                            const std::vector<std::string>& options = {}) {
  const fs::path file = fs::path(WEFT_SOURCE_FOLDER) / "graphs" / (graph + ".toml");
  std::vector<std::string> words = {WEFT_PROGRAM, "run", file.string(), "--out", graph};
  words.insert(words.end(), options.begin(), options.end());
  weft::testing::Process process(words, folder);
  const int code = process.wait(1800.0);
  INFO(process.output());
  REQUIRE(code == 0);
  const std::vector<double> found = metric(folder / graph, "evaluate.return_mean");
  REQUIRE(found.size() >= 2);
  return found;
}

}  // namespace

TEST_CASE("the pendulum swings up, model-free and with each model loss") {
  const weft::testing::TemporaryFolder folder;
  for (const std::string graph : {"pendulum_vagram", "pendulum_mbpo", "pendulum_sac"}) {
    INFO(graph);
    const std::vector<double> found = returns(graph, folder.path());
    CHECK(found.front() < -800.0);
    CHECK(found.back() >= -200.0);
  }
}

TEST_CASE("the pendulum swings up with another agent") {
  const weft::testing::TemporaryFolder folder;
  const std::vector<double> found =
      returns("pendulum_vagram", folder.path(), {"--set", "components.agent.use=agent.td3"});
  CHECK(found.front() < -800.0);
  CHECK(found.back() >= -200.0);
}

TEST_CASE("the inverted pendulum stays up for a whole episode") {
  const weft::testing::TemporaryFolder folder;
  const std::vector<double> found = returns("inverted_pendulum_vagram", folder.path());
  CHECK(found.front() < 500.0);
  CHECK(found.back() == 1000.0);
}
