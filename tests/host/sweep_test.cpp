// `weft sweep` as a user types it: what is run, what is skipped, what is written, and what is refused.
#include <nlohmann/json.hpp>

#include "host/base/statistics.h"
#include "host/sweep/values.h"
#include "sweep_desk.h"

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
namespace host = weft::host;
using namespace weft::testing;

TEST_CASE("values are split at the commas between them") {
  CHECK(host::split_values("a,b , c") == Words{"a", "b", "c"});
  CHECK(host::split_values("[1, 2],[3]") == Words{"[1, 2]", "[3]"});
  CHECK(host::split_values("{ from = 1, to = [2, 3] },4") == Words{"{ from = 1, to = [2, 3] }", "4"});
  CHECK(host::split_values(R"("a,\",b",'c,"d',e)") == Words{R"("a,\",b")", R"('c,"d')", "e"});
  CHECK(host::split_values("") == Words{""});
  CHECK(host::split_values("a,,b") == Words{"a", "", "b"});
}

TEST_CASE("seeds are ranges and single ones") {
  host::Problems problems;
  CHECK(host::read_seeds("0..3,8, 5", problems) == std::vector<uint64_t>{0, 1, 2, 3, 8, 5});
  CHECK(host::read_seeds("18446744073709551614..18446744073709551615", problems).size() == 2);
  CHECK(problems.errors().empty());
}

TEST_CASE("the bootstrap interval of two values is that of the binomial distribution, and equal each time") {
  // Means of resamples are 0, 1/2 and 1 with probabilities 1/4, 1/2 and 1/4.
  const host::Interval two = host::bootstrap_interval({0.0, 1.0});
  CHECK(two.mean == 0.5);
  CHECK(two.low == 0.0);
  CHECK(two.high == 1.0);
  // 400 values of variance 1: the standard error is 1/20, the interval 1.96 of it to each side.
  std::vector<double> values(400, -1.0);
  std::fill(values.begin(), values.begin() + 200, 1.0);
  const host::Interval many = host::bootstrap_interval(values);
  CHECK(many.mean == 0.0);
  CHECK(many.low == Approx(-0.098).margin(0.006));
  CHECK(many.high == Approx(0.098).margin(0.006));
  const host::Interval again = host::bootstrap_interval(values);
  CHECK((again.low == many.low && again.high == many.high));
  const host::Interval one = host::bootstrap_interval({3.0});
  CHECK((one.mean == 3.0 && one.low == 3.0 && one.high == 3.0));
}

TEST_CASE("every setting is run with every seed, in folders named after what varies, and put in one table") {
  const Desk desk;
  const Finished finished = desk.sweep({"--set", "stages.alice.nap=0,1", "--set", "stages.bob.bulk=2", "--set",
                                        "stages.bob.nap=1,0", "--seeds", "3,1", "--ticks", "10"});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const std::string folder = "runs/walking_by_alice.nap_bob.nap";
  CHECK(folders_in(desk.path(folder)) ==
        Words{"alice.nap=0,bob.nap=0", "alice.nap=0,bob.nap=1", "alice.nap=1,bob.nap=0", "alice.nap=1,bob.nap=1"});
  CHECK(folders_in(desk.path(folder + "/alice.nap=1,bob.nap=0")) == Words{"1", "3"});
  CHECK_THAT(desk.text(folder + "/alice.nap=1,bob.nap=0/3/graph.toml"),
             Contains("seed = 3\nticks = 10") && Contains("bulk = 2"));
  CHECK_THAT(desk.text(folder + "/alice.nap=1,bob.nap=0/3.log"), Contains("walking, seed 3: finished at tick 10"));

  const std::string table = desk.text(folder + "/table.csv");
  CHECK_THAT(table, StartsWith("stages.alice.nap,stages.bob.nap,seed,tick,metric,value\n0,1,3,1,alice.step,"));
  CHECK(runs_in(table) == Words{"0,1,3", "0,1,1", "0,0,3", "0,0,1", "1,1,3", "1,1,1", "1,0,3", "1,0,1"});
  std::istringstream metrics(desk.text(folder + "/alice.nap=1,bob.nap=0/3/metrics.csv"));
  std::string row, rows;
  std::getline(metrics, row);
  while (std::getline(metrics, row)) rows += "1,0,3," + row + "\n";
  CHECK_THAT(table, Contains(rows));

  CHECK_THAT(finished.output, Contains("8/8  ") && Contains("alice.nap=1,bob.nap=0, seed 1 done in ") &&
                                  Contains("\n8 runs: 8 done; ") && Contains("table: " + folder + "/table.csv\n"));
  const auto last = [&](const char* seed) {
    return nlohmann::json::parse(desk.text(folder + "/alice.nap=0,bob.nap=1/" + seed + "/summary.json"))
        .at("headlines")
        .at("alice.place")
        .at("latest")
        .at("value")
        .get<double>();
  };
  CHECK_THAT(
      finished.output,
      Contains("\nalice.place: last value, mean over seeds [95 % bootstrap interval]\n  alice.nap=0,bob.nap=1  " +
               host::to_text(host::bootstrap_interval({last("3"), last("1")}), 2) + "  (2 seeds)\n"));
}

TEST_CASE("equal sweeps give equal tables, for any number of jobs") {
  const Desk desk;
  for (const char* jobs : {"1", "3"})
    REQUIRE(desk.sweep({"--seeds", "0..2", "--set", "stages.alice.nap=0,1", "--jobs", jobs, "--out", jobs}).code == 0);
  CHECK(desk.text("1/table.csv") == desk.text("3/table.csv"));
}

TEST_CASE("without several values a run keeps the graph's seed; several graphs are told apart by name") {
  const Desk desk;
  const Finished alone = desk.sweep({"--set", "stages.bob.bulk=3"});
  CHECK(alone.code == 0);
  CHECK_THAT(desk.text("runs/walking_by_seed/table.csv"), StartsWith("seed,tick,metric,value\n0,1,"));
  CHECK_THAT(alone.output, Contains("  (1 seed)\n"));

  desk.set_graph("name = \"walking\"", "name = \"strolling\"\nseed = 7", "stroll.toml");
  REQUIRE(desk.sweep({"stroll.toml", "--out", "both"}).code == 0);
  CHECK(runs_in(desk.text("both/table.csv")) == Words{"walking,0", "strolling,7"});
  CHECK(folders_in(desk.path("both")) == Words{"strolling", "walking"});
}

TEST_CASE("names of folders hold no letter that a shell or file system misreads, and are never the same") {
  const Desk desk;
  fs::create_directory(desk.path("parts"));
  fs::copy_file(WEFT_BINARY_FOLDER "/tests/plugins/graph/graph_parts.so", desk.path("parts/dial.so"));
  write_file(desk.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = ["parts"]
[components.clock]
use = "part.clock"
[components.dial]
use = "part.dial"
clock = "clock"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  const std::string longest(150, 'x');
  const Finished finished =
      desk.sweep({"--out", "a", "--set", "components.dial.label=a/b,a*b,\"a,b\",[ab],../..," + longest});
  INFO(finished.output);
  REQUIRE(finished.code == 0);
  const Words names = folders_in(desk.path("a"));
  REQUIRE(names.size() == 6);
  CHECK(names[0] == "dial.label=.._..");
  CHECK(names[1] == "dial.label=a,b");
  CHECK_THAT(names[2], StartsWith("dial.label=a_b-"));
  CHECK_THAT(names[3], StartsWith("dial.label=a_b-"));
  CHECK(names[4] == "dial.label=ab");
  CHECK_THAT(names[5], StartsWith("dial.label=xxx"));
  CHECK(names[5].size() < 140);
}

TEST_CASE("what is done is skipped; new values and seeds are added; more ticks go on") {
  const Desk desk;
  REQUIRE(desk.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"}).code == 0);
  const std::string table = desk.text("a/table.csv");
  const auto written = fs::last_write_time(desk.path("a/bob.bulk=0/0/metrics.csv"));

  const Finished again = desk.sweep({"--out", "a", "--seeds", "0..1", "--set", "stages.bob.bulk=0,1"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("4 runs: 4 done before; "));
  CHECK(desk.text("a/table.csv") == table);

  const Finished more = desk.sweep({"--out", "a", "--seeds", "0..2", "--set", "stages.bob.bulk=0,1,2"});
  CHECK(more.code == 0);
  CHECK_THAT(more.output, Contains("9 runs: 5 done, 4 done before; "));
  CHECK(fs::last_write_time(desk.path("a/bob.bulk=0/0/metrics.csv")) == written);

  const Words longer = {"--seeds", "0..1", "--set", "stages.bob.bulk=0,1", "--ticks", "30", "--out"};
  const auto to = [&](const char* folder) {
    Words words = longer;
    words.emplace_back(folder);
    return desk.sweep(words);
  };
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done; "));
  CHECK_THAT(desk.text("a/bob.bulk=0/0.log"), Contains("going on from tick 20"));
  CHECK_THAT(to("a").output, Contains("4 runs: 4 done before; "));
  REQUIRE(to("b").code == 0);
  CHECK(desk.text("a/table.csv") == desk.text("b/table.csv"));
}

TEST_CASE("a folder with runs of other settings, or of more ticks, is told and left alone") {
  const Desk desk;
  REQUIRE(desk.sweep({"--out", "a", "--seeds", "0..2"}).code == 0);
  const std::string table = desk.text("a/table.csv");
  const Finished other = desk.sweep({"--out", "a", "--seeds", "0..3", "--set", "stages.bob.bulk=7"});
  CHECK(other.code == 2);
  CHECK(other.output ==
        "error: the folder 'a/0' holds a run with other settings: [stages.bob] has 'bulk = 0' there and 'bulk = 7' "
        "here (and so do 2 more); choose another folder with --out DIR\n");
  const Finished fewer = desk.sweep({"--out", "a", "--ticks", "10"});
  CHECK(fewer.code == 2);
  CHECK(fewer.output ==
        "error: the folder 'a/0' holds a run of 20 ticks, and 10 is less; choose another folder with --out DIR\n");
  const Finished wider = desk.sweep({"--out", "a", "--set", "stages.bob.bulk=0,1"});
  CHECK(wider.code == 2);
  CHECK(wider.output ==
        "error: the folder 'a' holds a sweep over seeds alone, not over 'stages.bob.bulk'; choose another folder with "
        "--out DIR\n");
  CHECK(desk.text("a/table.csv") == table);
  CHECK_FALSE(fs::exists(desk.path("a/3")));

  fs::create_directory(desk.path("mine"));
  write_file(desk.path("mine/notes.txt"), "mine");
  for (const char* folder : {"mine", "walk.toml", "a/0"}) {
    const Finished foreign = desk.sweep({"--out", folder});
    CHECK(foreign.code == 2);
    CHECK(foreign.output == "error: '" + std::string(folder) +
                                "' exists and is not the folder of a sweep, so it is left alone; choose another "
                                "folder with --out DIR\n");
  }
  CHECK(desk.text("mine/notes.txt") == "mine");
  const Finished nowhere = desk.sweep({"--out", "/proc/nowhere"});
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.output, StartsWith("error: cannot make the folder '/proc/nowhere': "));

  fs::create_directories(desk.path("a/3"));
  write_file(desk.path("a/3/notes.txt"), "mine");
  const Finished inside = desk.sweep({"--out", "a", "--seeds", "0..3"});
  CHECK(inside.code == 2);
  CHECK_THAT(inside.output, StartsWith("error: 'a/3' exists and was not written by Weft"));
}

TEST_CASE("every error of every setting is told at once, and nothing is started") {
  const Desk desk;
  CHECK(desk.complaint({"--set", "stages.alice.nap=1,-1,x", "--set", "stages.bob.nip=3,4", "--seeds", "0..7"}) ==
        "--set stages.bob.nip=3: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'throw_at', 'nan_at', "
        "'bulk' and 'out'; did you mean 'nap'?\n"
        "--set stages.bob.nip=4: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'throw_at', 'nan_at', "
        "'bulk' and 'out'; did you mean 'nap'?\n"
        "--set stages.alice.nap=-1: error: 'nap' of stage.walk must be a whole number, at least 0; found -1\n"
        "--set stages.alice.nap=x: error: 'nap' of stage.walk must be a whole number, at least 0; found 'x'\n");
  CHECK_THAT(desk.complaint({"none.toml"}), Contains("cannot read the graph 'none.toml': there is no such file"));
}

TEST_CASE("an error that only some settings have says which") {
  const Desk desk;
  write_file(desk.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = [")" WEFT_BINARY_FOLDER R"(/tests/plugins/graph"]
[components.part]
use = "part.clock"
[components.dial]
use = "part.dial"
clock = "part"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  CHECK(desk.complaint({"--set", "stages.source.size=1,2", "--set", "components.part.use=part.clock,part.twins"}) ==
        "walk.toml:9:9: error: ambiguous wire: 'part.left' and 'part.right' fit the slot 'clock' of part.dial; write "
        "which one (with stages.source.size=1, components.part.use=part.twins)\n");
}

TEST_CASE("runs that would write over each other's files are refused; each may write its own") {
  const Desk desk;
  const std::string file = desk.path("rows.txt").string();
  CHECK(desk.complaint({"--set", "stages.bob.out=rows.txt", "--seeds", "3,4,5"}) ==
        "error: several runs would write the file '" + file +
            "', one over the other: walk.toml with stages.bob.out=rows.txt, seed 3 and walk.toml with "
            "stages.bob.out=rows.txt, seed 4; run them by themselves with 'weft run', each with a 'stages.bob.out' of "
            "its own\n");
  CHECK(desk.sweep({"--set", "stages.bob.out=a.txt,b.txt"}).code == 0);
}

TEST_CASE("options of a sweep that make no sense") {
  const Desk desk;
  const auto one = [&](const std::string& option, const std::string& value, const std::string& message) {
    CHECK(desk.complaint({"--" + option, value}) == "--" + option + " " + value + ": error: " + message + "\n");
  };
  one("set", "k=", "there is no value; expected one value or several with commas between them");
  one("set", "k=a,,b", "a value is empty; expected one value or several with commas between them");
  one("set", "k", "expected KEY=VALUE or KEY=VALUE,VALUE,...");
  one("set", "k=a,b,a", "the value 'a' stands there twice; it would be run once");
  one("set", "run.seed=1,2", "the seeds of a sweep are said with --seeds, as in --seeds 0..7");
  one("seeds", "5..2", "'5..2' is empty; the smaller seed comes first");
  one("seeds", "1,x", "'x' is no seed; expected whole numbers from 0 on, as in 0..7 or 0,3,5");
  one("seeds", "-1..2", "'-1..2' is no seed; expected whole numbers from 0 on, as in 0..7 or 0,3,5");
  one("seeds", "0..3,2", "the seed 2 stands there twice; it would be run once");
  one("seeds", "0..10000", "'0..10000' is more than 10000 seeds");
  CHECK(desk.complaint({"--set", "k=a", "--set", "k=b,c"}) ==
        "--set k=b,c: error: 'k' is set twice; write all its values in one, with commas between them\n");
  CHECK(desk.complaint({"--set", "k=1,2", "--seeds", "0..9000"}) ==
        "error: that are more than 10000 runs; give fewer values or seeds\n");
  CHECK(desk.complaint({"--set", "stages.bob.nap=1,+1"}) ==
        "error: two settings are the same run: walk.toml with stages.bob.nap=1 and walk.toml with "
        "stages.bob.nap=+1; leave one out\n");
  CHECK(desk.complaint({"walk.toml"}) ==
        "error: two settings are the same run: walk.toml and walk.toml; leave one out\n");
  desk.set_graph("ticks = 20", "ticks = 21", "other.toml");
  CHECK(desk.complaint({"other.toml"}) ==
        "error: two graphs have the same name, which is how the table tells them apart: walk.toml and other.toml; "
        "change run.name in one of them\n");
  CHECK(desk.complaint({"--jobs", "0"}) ==
        "error: --jobs is '0'; a whole number from 1 on was expected; see 'weft sweep --help'\n");
  const Finished none = run_weft({"sweep"}, desk.folder.path());
  CHECK(none.code == 2);
  CHECK(none.output == "error: GRAPH... is missing; see 'weft sweep --help'\n");
}
