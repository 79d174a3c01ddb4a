// weft_bench runs, and its output can be read by programs. Asserts no times.
#include <nlohmann/json.hpp>

#include "bench/flop.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft;
using testing::Process;

namespace {

testing::Finished run_bench(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  arguments.insert(arguments.begin(), WEFT_BINARY_FOLDER "/bin/weft_bench");
  Process process(arguments, folder);
  const int code = process.wait();
  return {code, process.output()};
}

}  // namespace

// Without replay_bytes, which asks malloc: sanitizers replace it.
TEST_CASE("the result is a table for people and JSON for programs") {
  const testing::TemporaryFolder folder;
  const testing::Finished finished = run_bench(
      {"--only", "schedule,sac_64,collect,start_help", "--rounds", "1", "--json", "result.json"}, folder.path());
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const nlohmann::json result = nlohmann::json::parse(testing::read_file(folder.path() / "result.json"));
  CHECK(result.at("roof_gflops") > 0.0);
  CHECK_THAT(result.at("machine").get<std::string>(), weft::testing::Contains("cores") &&
                                                          weft::testing::Contains("oneDNN") &&
                                                          weft::testing::Contains("OpenBLAS"));
  REQUIRE(result.at("rows").size() == 4);
  std::string names;
  for (const nlohmann::json& row : result.at("rows")) {
    names += row.at("name").get<std::string>() + " ";
    CHECK(row.at("value") > 0.0);
    CHECK(row.at("target") > 0.0);
    CHECK_FALSE(row.at("unit").get<std::string>().empty());
    CHECK(row.at("met") == (row.at("value") <= row.at("target")));  // all of these have an upper bound
    CHECK_THAT(finished.output, weft::testing::Contains("| `" + row.at("name").get<std::string>() + "` | "));
  }
  CHECK(names == "sac_64 collect schedule start_help ");
  const nlohmann::json& sac = result.at("rows")[0];
  CHECK(sac.at("unit") == "ms");
  CHECK(sac.at("seconds").get<double>() * 1e3 == Approx(sac.at("value").get<double>()));
  CHECK(sac.at("flop") == bench::sac_flop(100, 3, 1, {64, 64}));
  CHECK(sac.contains("over_roof"));
}

TEST_CASE("the FLOP of the rows are those of the targets") {
  CHECK(bench::sac_flop(256, 11, 3, {256, 256}) == 2.0 * 256 * 1'096'448);
  CHECK(bench::sac_flop(256, 11, 3, {1024, 1024}) == Approx(8.688e9).epsilon(1e-4));
  CHECK(7 * 256 * bench::training_flop(bench::network(14, {200, 200, 200, 200}, 24)) == Approx(1.362e9).epsilon(1e-4));
}

TEST_CASE("unknown rows and files that cannot be written are errors") {
  const testing::TemporaryFolder folder;
  const testing::Finished unknown = run_bench({"--only", "schedul"}, folder.path());
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.output,
             weft::testing::Contains("unknown row 'schedul'; see tests/bench/README.md for the rows\n"));
  const testing::Finished unwritable = run_bench({"--json", "no/x"}, folder.path());
  CHECK(unwritable.code == 2);
  CHECK_THAT(unwritable.output, weft::testing::Contains("cannot write 'no/x'"));
}
