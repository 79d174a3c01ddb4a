// stage.drive: files in, files out.

#include <fstream>
#include <sstream>

#include "stages.h"
#include "support/process.h"
#include "support/stage_fakes.h"
#include "weft/testing/catch.h"

using namespace weft;
using namespace weft::testing;

namespace {

/// A temporary folder for small files.
struct Folder {
  std::string file(const std::string& name) const { return (folder.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    write_file(file(name), text);
    return file(name);
  }
  TemporaryFolder folder;
};

struct Driving {
  std::unique_ptr<Made> make(const std::string& actions, const std::string& state, const std::string& out) {
    std::string parameters = "actions = '" + actions + "'\n";
    if (!out.empty()) parameters += "out = '" + out + "'\n";
    if (!state.empty()) parameters += "state = '" + state + "'\n";
    return stages().make("stage.drive", parameters, {{"env", wire<rl::Environment>(ring)}});
  }
  Ring ring;
  Folder folder;
};

std::vector<std::vector<double>> read_numbers(const std::string& file, std::string& header) {
  std::ifstream stream(file);
  std::getline(stream, header);
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(std::stod(cell));
  }
  return rows;
}

}  // namespace

TEST_CASE("drive writes each step with enough digits to read back the same doubles") {
  Driving drive;
  const std::string actions = drive.folder.write("a.csv", "a0\n0.1\n-0.07\n\n 0.333333333333333 \r\n1e-1\n");
  const std::string state = drive.folder.write("s.csv", "state0,state1\n0.12345678901234567,3\n");
  const std::string out = drive.folder.file("new/folder/o.csv");
  const auto made = drive.make(actions, state, out);
  made->stage().run();

  std::string header;
  const auto rows = read_numbers(out, header);
  CHECK(header == "state0,state1,obs0,obs1,reward,terminated,truncated");
  REQUIRE(rows.size() == 4);
  Ring::Run run(drive.ring);
  const double start[2] = {0.12345678901234567, 3.0};
  run.set_state({start, 2});
  const std::vector<double> taken = {0.1, -0.07, 0.333333333333333, 0.1};
  for (std::size_t step = 0; step < 4; ++step) {
    double next[2];
    const rl::StepResult result = run.step({&taken[step], 1}, {next, 2});
    CHECK(rows[step] == std::vector<double>{run.x, run.steps, next[0], next[1], result.reward, 0.0, 0.0});
  }
  CHECK(made->context->messages.back() == "4 of 4 actions taken; written to " + out);
}

TEST_CASE("drive stops when the episode ends, and logs that") {
  Driving drive;
  const std::string actions = drive.folder.write("a.csv", "a0\n0.7\n0.7\n0.7\n0.7\n0.7\n");
  const std::string out = drive.folder.file("o.csv");
  std::string header;
  const auto ended = drive.make(actions, drive.folder.write("s.csv", "state0,state1\n0.3,0\n"), out);
  ended->stage().run();
  CHECK(read_numbers(out, header).size() == 2);
  CHECK(read_numbers(out, header).back()[5] == 1.0);
  CHECK(ended->context->messages.back() ==
        "2 of 5 actions taken; the last one terminated the episode; written to " + out);

  const auto cut = drive.make(actions, drive.folder.write("s.csv", "state0,state1\n-1,17\n"), out);
  cut->stage().run();
  CHECK(read_numbers(out, header).size() == 3);
  CHECK(read_numbers(out, header).back()[6] == 1.0);
  CHECK_THAT(cut->context->messages.back(), Contains("3 of 5 actions taken; the last one truncated the episode"));
}

TEST_CASE("without a state, drive starts from a reset with a seed derived from the run's") {
  Driving drive;
  const std::string actions = drive.folder.write("a.csv", "a0\n0.1\n");
  const auto made = drive.make(actions, "", drive.folder.file("o.csv"));
  made->stage().run();
  made->stage().run();
  CHECK(drive.ring.resets == std::vector<uint64_t>(2, made->context->seed("reset")));
}

TEST_CASE("drive empties the file of an earlier run before it can fail, and writes nothing if no file is named") {
  Driving drive;
  const std::string actions = drive.folder.write("a.csv", "a0\n0.1\n0.1\n");
  const std::string out = drive.folder.write("o.csv", "of an earlier run\n");
  const auto stepping = drive.make(actions, "", out);
  CHECK(read_file(out) == "of an earlier run\n");  // until the stage runs
  drive.ring.fails = true;
  CHECK_THROWS_WITH(stepping->stage().run(), Contains("the ring broke"));
  CHECK(read_file(out).empty());
  drive.ring.fails = false;
  stepping->stage().run();
  CHECK_THAT(read_file(out), Contains("state0,state1,obs0,"));

  const auto silent = drive.make(actions, "", "");
  silent->stage().run();
  CHECK_THAT(silent->context->messages.back(),
             Contains("2 of 2 actions taken; nothing is written") && Contains("--set stages.component.out=o.csv"));
}

TEST_CASE("drive reports file, line and what was expected") {
  Driving drive;
  const Folder& folder = drive.folder;
  const std::string out = folder.file("o.csv"), valid = folder.write("valid.csv", "a0\n0.1\n");
  const auto bad_actions = [&](const std::string& text) { drive.make(folder.write("bad.csv", text), "", out); };
  const std::string bad = folder.file("bad.csv");
  CHECK_THROWS_WITH(bad_actions("a0\n0.1\nx\n"), Contains(bad + ":3: column a0 holds 'x'; expected a finite number"));
  CHECK_THROWS_WITH(bad_actions("a0\nnan\n"), Contains(bad + ":2: column a0 holds 'nan'"));
  CHECK_THROWS_WITH(bad_actions("a0\n0.1,0.2\n"), Contains(bad + ":2: 2 values; expected 1, for a0"));
  CHECK_THROWS_WITH(bad_actions("a1\n0.1\n"), Contains(bad + ":1: the header is 'a1'; expected 'a0'"));
  CHECK_THROWS_WITH(bad_actions("a0\n\n0.8\n"),
                    Contains(bad + ":3: a0 is 0.8; a number from -0.1 to 0.7 was expected"));
  CHECK_THROWS_WITH(bad_actions(""), Contains("holds no table; expected the header 'a0'"));
  CHECK_THROWS_WITH(drive.make(folder.file("none.csv"), "", out), Contains("none.csv cannot be read"));
  CHECK_THROWS_WITH(drive.make(valid, folder.write("s.csv", "state0,state1\n"), out),
                    Contains("s.csv holds 0 rows; one was expected"));
  CHECK_THROWS_WITH(drive.make(valid, folder.write("s.csv", "state0\n1\n"), out),
                    Contains("s.csv:1: the header is 'state0'; expected 'state0,state1'"));
  CHECK_THROWS_WITH(drive.make(valid, "", valid), Contains("is also an input of this stage"));
  const auto made = drive.make(valid, "", valid + "/o.csv");
  CHECK_THROWS_WITH(made->stage().run(), Contains("cannot be written"));
}
