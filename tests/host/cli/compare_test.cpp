// weft compare.
#include <cmath>
#include <sstream>

#include "host/base/comparison.h"
#include "host/run/run_workspace.h"
#include "weft/testing/catch.h"

using namespace weft::testing;

namespace {

/// Two losses at two sizes, with seeds 0, 1 and 2, and a loss of which every run failed.
struct Tables {
  TemporaryFolder folder;
  Tables() {
    std::string table = "graph,fit.loss,size,seed,tick,metric,value\n";
    const auto add = [&](const std::string& loss, int size, std::vector<int> values) {
      for (std::size_t seed = 0; seed < values.size(); ++seed) {
        const std::string run = "g," + loss + "," + std::to_string(size) + "," + std::to_string(seed);
        table += run + ",1,return,0\n" + run + ",2,return," + std::to_string(values[seed]) + "\n";
      }
    };
    add("mse", 4, {1, 2, 3});
    add("vagram", 4, {2, 4, 9});
    add("mse", 8, {10, 20, 30});
    add("vagram", 8, {25, 15, 35});
    write_file(folder.path() / "table.csv", table);
    write_file(folder.path() / "failed.csv", "graph,fit.loss,size,seed,error\ng,nll,4,0,it broke\ng,mse,4,3,too\n");
  }
  Finished compare(std::vector<std::string> more) const {
    more.insert(more.begin(), {"compare", "table.csv", "--metric", "return", "--by", "fit.loss"});
    return run_weft(more, folder.path());
  }
};

}  // namespace

TEST_CASE("losses are compared in each setting and over all of them, with failed runs counted") {
  const Tables tables;
  const Finished finished = tables.compare({"--baseline", "mse", "--format", "markdown"});
  CHECK(finished.code == 0);
  std::istringstream lines(finished.output);
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line) && line.starts_with("|");) rows.push_back(line);
  REQUIRE(rows.size() == 10);
  CHECK(rows[0] ==
        "| size | fit.loss | n | failed | mean | median | IQM | P(better than mse) | pairs | difference from mse |");
  CHECK(rows[2] == "| 4 | mse | 3 | 1 | 2 (1 to 3) | 2 (1 to 3) | 2 (1 to 3) |  |  |  |");
  // 2, 4 and 9 against 1, 2 and 3: seven and a half of nine pairs; 1, 2 and 6 more for equal seeds
  CHECK_THAT(rows[3], StartsWith("| 4 | vagram | 3 | 0 | 5 (2 to 9) | 4 (2 to 9) | 5 (2 to 9) | 0.8333 [") &&
                          Contains(" | 3 | 3 (1 to 6) |"));
  CHECK(rows[4] == "| 4 | nll | 0 | 1 |  |  |  |  |  |  |");
  // 6 of 9 pairs; 15, -5 and 5 more for equal seeds
  CHECK_THAT(rows[6], StartsWith("| 8 | vagram | 3 | 0 | 25 (15 to 35) | 25 (15 to 35) | 25 (15 to 35) | 0.6667 [") &&
                          Contains(" | 3 | 5 (-5 to 15) |"));
  CHECK_THAT(rows[7], StartsWith("| all | mse | 6 | 1 | 11 ["));
  CHECK_THAT(rows[8], StartsWith("| all | vagram | 6 | 0 | 15 [") && Contains(" | 0.75 (0.6667 to 0.8333) |") &&
                          Contains(" | 6 | 4 ["));
  CHECK_THAT(finished.output, Contains("( ): smallest to largest of fewer than 5 values. Failed runs are counted"));
}

TEST_CASE("a lower value can be the better one; CSV has numbers in columns of their own") {
  const Tables tables;
  const Finished finished =
      tables.compare({"--baseline", "mse", "--lower-is-better", "--where", "size=4", "--format", "csv"});
  CHECK(finished.code == 0);
  const weft::host::Interval interval = weft::host::probability_interval({-2, -4, -9}, {-1, -2, -3});
  std::istringstream lines(finished.output);
  std::string header, mse, vagram;
  std::getline(lines, header);
  std::getline(lines, mse);
  std::getline(lines, vagram);
  CHECK_THAT(header, StartsWith("fit.loss,n,failed,mean,mean low,mean high,median,median low,median high,IQM,"));
  CHECK(mse == "mse,3,1,2,1,3,2,1,3,2,1,3,,,,,,,");
  double found = 0.0, low = 0.0, high = 0.0;
  REQUIRE(std::sscanf(vagram.c_str(), "vagram,3,0,5,2,9,4,2,9,5,2,9,%lf,%lf,%lf,3,3,1,6", &found, &low, &high) == 3);
  CHECK(found == Approx(1.5 / 9.0));
  CHECK(low == Approx(interval.low));
  CHECK(high == Approx(interval.high));
}

TEST_CASE("an interaction is how a difference changes with another setting, within seeds") {
  const Tables tables;
  // By seed, vagram is 1, 2 and 6 above mse at size 4, and 15, -5 and 5 at size 8.
  const Finished plain = tables.compare({"--baseline", "mse", "--interaction", "size", "--format", "csv"});
  CHECK(plain.code == 0);
  CHECK_THAT(plain.output, StartsWith("size,fit.loss,seeds,\"difference from mse, minus that of 4\",") &&
                               Contains("\n8,vagram,3,2,-7,14\n") && Contains("\n8,nll,0,,,\n"));
  // The order of the values decides the sign.
  const Finished log = tables.compare({"--baseline", "mse", "--interaction", "size", "--log", "--format", "csv"});
  double change = 0.0;
  const std::size_t row = log.output.find("\n8,vagram,3,");
  REQUIRE(row != std::string::npos);
  REQUIRE(std::sscanf(log.output.c_str() + row, "\n8,vagram,3,%lf", &change) == 1);
  CHECK(change == Approx((std::log(2.5 / 2) + std::log(0.75 / 2) + std::log(35.0 / 30 / 3)) / 3));

  CHECK_THAT(tables.compare({"--interaction", "size"}).output,
             Contains("--interaction size: error: expected a --baseline"));
  CHECK_THAT(tables.compare({"--baseline", "mse", "--interaction", "fit.loss"}).output,
             Contains("expected a setting with several values, other than 'seed' and 'fit.loss'"));
  CHECK_THAT(tables.compare({"--baseline", "mse", "--interaction", "width"}).output, Contains("unknown key 'width'"));
  CHECK_THAT(tables.compare({"--log", "--ticks", "1..1"}).output,
             Contains("--log: error: a run with fit.loss = mse and seed 0 has the value 0"));
}

TEST_CASE("ticks select values, and wrong options of compare are reported") {
  const Tables tables;
  CHECK_THAT(tables.compare({"--ticks", "1..2", "--where", "size=4"}).output,
             Contains("mse       3  1       1 (0.5 to 1.5)"));
  CHECK_THAT(tables.compare({"--ticks", "5..6"}).output, Contains("--ticks 5..6: error: the run with graph g"));
  CHECK_THAT(tables.compare({"--baseline", "mze"}).output,
             Contains("--baseline mze: error: no run has 'fit.loss' = 'mze'") && Contains("did you mean 'mse'?"));
  CHECK(tables.compare({"--format", "html"}).output ==
        "--format html: error: expected 'text', 'markdown', 'latex' or 'csv'\n");
  const auto compare = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "compare");
    return run_weft(words, tables.folder.path()).output;
  };
  CHECK_THAT(compare({"table.csv", "--metric", "return"}), Contains("--by is missing"));
  CHECK_THAT(compare({"table.csv", "--metric", "return", "--by", "los"}),
             Contains("--by los: error: unknown key 'los'"));
}

TEST_CASE("a sweep lists its failed runs for comparisons, and forgets them when they are done") {
  const Workspace workspace;
  const std::vector<std::string> sweep = {"sweep", "walk.toml", "--set", "stages.alice.throw_at=-1,7", "--out", "s"};
  CHECK(workspace.weft(sweep).code == 4);
  CHECK_THAT(workspace.text("s/failed.csv"),
             StartsWith("graph,stages.alice.throw_at,seed,error\nwalking,7,0,") && Contains("there is a wall"));
  const Finished compared =
      workspace.weft({"compare", "s", "--metric", "alice.place", "--by", "stages.alice.throw_at", "--format", "csv"});
  CHECK_THAT(compared.output, Contains("\n-1,1,0,") && Contains("\n7,0,1,"));
  CHECK(workspace.weft({"sweep", "walk.toml", "--out", "t"}).code == 0);
  CHECK_FALSE(fs::exists(workspace.path("t/failed.csv")));
}
