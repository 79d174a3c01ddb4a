// Sweeps that are refused: the text of every error.
#include "host/sweep/sweep_workspace.h"

using namespace weft::testing;

TEST_CASE("a folder with runs of other settings, or of more ticks, is reported and not changed") {
  const Workspace workspace;
  REQUIRE(workspace.sweep({"--out", "a", "--seeds", "0..2"}).code == 0);
  const std::string table = workspace.text("a/table.csv");
  const Finished other = workspace.sweep({"--out", "a", "--seeds", "0..3", "--set", "stages.bob.bulk=7"});
  CHECK(other.code == 2);
  CHECK(other.output ==
        "error: the folder 'a/0' holds a run with other settings: [stages.bob] has 'bulk = 0' there and 'bulk = 7' "
        "here (as do 2 more); choose another folder with --out DIR\n");
  const Finished fewer = workspace.sweep({"--out", "a", "--ticks", "10"});
  CHECK(fewer.code == 2);
  CHECK(fewer.output ==
        "error: the folder 'a/0' holds a run of 20 ticks, more than the 10 of this sweep; choose another folder with "
        "--out DIR\n");
  const Finished wider = workspace.sweep({"--out", "a", "--set", "stages.bob.bulk=0,1"});
  CHECK(wider.code == 2);
  CHECK(wider.output ==
        "error: the folder 'a' holds a sweep over seeds only, not over 'stages.bob.bulk'; choose another folder with "
        "--out DIR\n");
  CHECK(workspace.text("a/table.csv") == table);
  CHECK_FALSE(fs::exists(workspace.path("a/3")));

  fs::create_directory(workspace.path("mine"));
  write_file(workspace.path("mine/notes.txt"), "mine");
  for (const char* folder : {"mine", "walk.toml", "a/0"}) {
    const Finished foreign = workspace.sweep({"--out", folder});
    CHECK(foreign.code == 2);
    CHECK(foreign.output == "error: '" + std::string(folder) +
                                "' exists and is not the folder of a sweep; choose another "
                                "folder with --out DIR\n");
  }
  CHECK(workspace.text("mine/notes.txt") == "mine");
  const Finished nowhere = workspace.sweep({"--out", "/proc/nowhere"});
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.output, StartsWith("error: cannot make the folder '/proc/nowhere': "));

  fs::create_directories(workspace.path("a/3"));
  write_file(workspace.path("a/3/notes.txt"), "mine");
  const Finished inside = workspace.sweep({"--out", "a", "--seeds", "0..3"});
  CHECK(inside.code == 2);
  CHECK_THAT(inside.output, StartsWith("error: 'a/3' exists and was not written by Weft"));
}

TEST_CASE("all errors of all settings are reported at once, and no run starts") {
  const Workspace workspace;
  CHECK(workspace.complaint({"--set", "stages.alice.nap=1,-1,x", "--set", "stages.bob.nip=3,4", "--seeds", "0..7"}) ==
        "--set stages.bob.nip=3: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'interrupt_at', 'throw_at', "
        "'nan_at', "
        "'bulk', 'delay', 'file' and 'out'; did you mean 'nap'?\n"
        "--set stages.bob.nip=4: error: unknown key 'nip'; stage.walk takes 'use', 'nap', 'interrupt_at', 'throw_at', "
        "'nan_at', "
        "'bulk', 'delay', 'file' and 'out'; did you mean 'nap'?\n"
        "--set stages.alice.nap=-1: error: 'nap' of stage.walk must be a whole number, at least 0; found -1\n"
        "--set stages.alice.nap=x: error: 'nap' of stage.walk must be a whole number, at least 0; found 'x'\n");
  CHECK_THAT(workspace.complaint({"none.toml"}), Contains("cannot read the graph 'none.toml': there is no such file"));
}

TEST_CASE("an error that only some settings have names one of them") {
  const Workspace workspace;
  write_file(workspace.path("walk.toml"), R"([run]
name = "dials"
ticks = 1
plugins = [")" WEFT_BINARY_FOLDER R"(/tests/plugins/graphs"]
[components.timer]
use = "mock.clock"
[components.dial]
use = "mock.dial"
clock = "timer"
[stages.source]
use = "stage.source"
[[schedule]]
run = "source"
)");
  CHECK(
      workspace.complaint({"--set", "stages.source.size=1,2", "--set", "components.timer.use=mock.clock,mock.twins"}) ==
      "walk.toml:9:9: error: ambiguous wire: 'timer.left' and 'timer.right' fit the slot 'clock' of mock.dial; write "
      "one of them (with stages.source.size=1, components.timer.use=mock.twins)\n");
}

TEST_CASE("runs that would overwrite each other's files are refused; each may write its own") {
  const Workspace workspace;
  const std::string file = workspace.path("rows.txt").string();
  CHECK(workspace.complaint({"--set", "stages.bob.out=rows.txt", "--seeds", "3,4,5"}) ==
        "error: several runs would overwrite the file '" + file +
            "': walk.toml with stages.bob.out=rows.txt, seed 3 and walk.toml with "
            "stages.bob.out=rows.txt, seed 4; run them separately with 'weft run', each with its own "
            "'stages.bob.out'\n");
  CHECK(workspace.sweep({"--set", "stages.bob.out=a.txt,b.txt"}).code == 0);
}

TEST_CASE("invalid options of a sweep") {
  const Workspace workspace;
  const auto one = [&](const std::string& option, const std::string& value, const std::string& message) {
    CHECK(workspace.complaint({"--" + option, value}) == "--" + option + " " + value + ": error: " + message + "\n");
  };
  one("set", "k=", "there is no value; expected one or several values, separated by commas");
  one("set", "k=a,,b", "a value is empty; expected one or several values, separated by commas");
  one("set", "k", "expected KEY=VALUE or KEY=VALUE,VALUE,...");
  one("set", "k=a,b,a", "the value 'a' is listed twice; remove one");
  one("set", "run.seed=1,2", "the seeds of a sweep are set with --seeds, as in --seeds 0..7");
  one("seeds", "5..2", "the range '5..2' is empty; write the smaller seed first");
  one("seeds", "9223372036854775808",
      "invalid seeds '9223372036854775808'; expected whole numbers, at least 0 and at most 2^63 - 1, as in 0..7 or "
      "0,3,5");
  one("seeds", "1,x",
      "invalid seeds 'x'; expected whole numbers, at least 0 and at most 2^63 - 1, as in 0..7 or 0,3,5");
  one("seeds", "-1..2",
      "invalid seeds '-1..2'; expected whole numbers, at least 0 and at most 2^63 - 1, as in 0..7 or 0,3,5");
  one("seeds", "0..3,2", "the seed 2 is listed twice; remove one");
  one("seeds", "0..10000", "the range '0..10000' has more than 10000 seeds");
  CHECK(workspace.complaint({"--set", "k=a", "--set", "k=b,c"}) ==
        "--set k=b,c: error: 'k' is set twice; write all its values in one option, separated by commas\n");
  CHECK(workspace.complaint({"--set", "k=1,2", "--seeds", "0..9000"}) ==
        "error: these are more than 10000 runs; give fewer values or seeds\n");
  CHECK(workspace.complaint({"--set", "stages.bob.nap=1,+1"}) ==
        "error: two settings are the same run: walk.toml with stages.bob.nap=1 and walk.toml with "
        "stages.bob.nap=+1; leave one out\n");
  CHECK(workspace.complaint({"walk.toml"}) ==
        "error: two settings are the same run: walk.toml and walk.toml; leave one out\n");
  workspace.set_graph("ticks = 20", "ticks = 21", "other.toml");
  CHECK(workspace.complaint({"other.toml"}) ==
        "error: two graphs have the same name, which identifies them in the table: walk.toml and other.toml; "
        "change run.name in one of them\n");
  CHECK(workspace.complaint({"--jobs", "0"}) ==
        "error: --jobs is '0'; expected a whole number, at least 1; see 'weft sweep --help'\n");
  const Finished none = run_weft({"sweep"}, workspace.folder.path());
  CHECK(none.code == 2);
  CHECK(none.output == "error: GRAPH... is missing; see 'weft sweep --help'\n");
}

TEST_CASE("runs that read another file than those in the folder are refused") {
  const Workspace workspace;
  workspace.set_graph("[stages.bob]\n", "[stages.bob]\nfile = 'rows.txt'\n");
  write_file(workspace.path("rows.txt"), "1 2 3\n");
  REQUIRE(workspace.sweep({"--out", "a", "--seeds", "0"}).code == 0);
  REQUIRE(workspace.sweep({"--out", "a", "--seeds", "0..1"}).code == 0);
  write_file(workspace.path("rows.txt"), "100 200 300\n");
  const Finished refused = workspace.sweep({"--out", "a", "--seeds", "0..2"});
  CHECK(refused.code == 2);
  CHECK_THAT(refused.output,
             Contains("holds a run that read another file: the checksum here is 'input stages.bob.file: "));
}
