// The graphs that come with Weft, run by the real program: each for some ticks, the main job for its promises.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "support/process.h"

namespace {

namespace fs = std::filesystem;
using weft::testing::Finished;
using weft::testing::read_file;
using weft::testing::run_weft;
using weft::testing::TemporaryFolder;

fs::path graph(const std::string& name) { return fs::path(WEFT_SOURCE_FOLDER) / "graphs" / (name + ".toml"); }

/// Settings that bring every stage of an online graph to work within a few dozen ticks.
std::vector<std::string> shortened(bool model_based) {
  std::vector<std::string> sets = {"stages.collect.warmup=30", "schedule.learn.from=30", "schedule.learn.times=1",
                                   "stages.evaluate.episodes=1", "schedule.evaluate.every=20"};
  if (model_based)
    for (const char* set : {"schedule.fit.from=30", "schedule.fit.every=20", "schedule.imagine.from=30",
                            "schedule.imagine.every=20", "stages.imagine.rollouts=100", "stages.fit.min_steps=0",
                            "stages.fit.max_epochs=2", "stages.learn.model_share=0.5"})
      sets.emplace_back(set);
  std::vector<std::string> arguments;
  for (const std::string& set : sets) {
    arguments.emplace_back("--set");
    arguments.push_back(set);
  }
  return arguments;
}

Finished run_shortened(const std::string& name, const fs::path& folder, std::vector<std::string> more) {
  const bool model_based = name.find("_sac") == std::string::npos;
  std::vector<std::string> arguments = {"run", graph(name).string()};
  const std::vector<std::string> sets = shortened(model_based);
  arguments.insert(arguments.end(), sets.begin(), sets.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_weft(arguments, folder);
}

/// The newest checkpoint of a run.
fs::path last_checkpoint(const fs::path& run) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(run / "checkpoints")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE_FALSE(files.empty());
  return files.back();
}

}  // namespace

TEST_CASE("every graph runs for some ticks") {
  const TemporaryFolder folder;
  int graphs = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(WEFT_SOURCE_FOLDER) / "graphs")) {
    if (entry.path().extension() != ".toml") continue;
    const std::string name = entry.path().stem().string();
    INFO(name);
    ++graphs;
    const std::string out = (folder.path() / name).string();
    const Finished finished = name == "drive" ? run_weft({"run", entry.path().string(), "--out", out}, folder.path())
                                              : run_shortened(name, folder.path(), {"--ticks", "40", "--out", out});
    INFO(finished.output);
    CHECK(finished.code == 0);
    CHECK(fs::exists(fs::path(out) / "summary.json"));
  }
  CHECK(graphs >= 14);
}

TEST_CASE("one word swaps the loss of the main job") {
  const TemporaryFolder folder;
  for (const std::string loss : {"mse", "itervaml"}) {
    const Finished finished = run_shortened("pendulum_vagram", folder.path(),
                                            {"--ticks", "40", "--set", "stages.fit.loss=" + loss, "--out", loss});
    INFO(finished.output);
    CHECK(finished.code == 0);
    CHECK(read_file(folder.path() / loss / "graph.toml").find("loss = \"" + loss) != std::string::npos);
  }
  const Finished refused =
      run_weft({"check", graph("pendulum_vagram").string(), "--set", "stages.fit.loss=nll"}, folder.path());
  CHECK(refused.code == 2);
  INFO(refused.output);
  CHECK(refused.output.find("log-variance") != std::string::npos);
  CHECK(refused.output.find("heads = \"gaussian\"") != std::string::npos);
  CHECK(run_weft({"check", graph("pendulum_vagram").string(), "--set", "stages.fit.loss=nll", "--set",
                  "components.model.heads=gaussian"},
                 folder.path())
            .code == 0);
}

TEST_CASE("the same bytes for every number of threads") {
  const TemporaryFolder folder;
  for (const std::string name : {"pendulum_vagram", "hopper_vagram", "hopper_mbpo"}) {
    INFO(name);
    for (const std::string threads : {"1", "2"})
      REQUIRE(
          run_shortened(name, folder.path(), {"--ticks", "60", "--threads", threads, "--out", name + threads}).code ==
          0);
    CHECK(read_file(folder.path() / (name + "1") / "metrics.csv") ==
          read_file(folder.path() / (name + "2") / "metrics.csv"));
    CHECK(read_file(last_checkpoint(folder.path() / (name + "1"))) ==
          read_file(last_checkpoint(folder.path() / (name + "2"))));
  }
}

TEST_CASE("another seed gives other numbers") {
  const TemporaryFolder folder;
  for (const std::string seed : {"0", "1"})
    REQUIRE(run_shortened("pendulum_vagram", folder.path(), {"--ticks", "40", "--seed", seed, "--out", seed}).code ==
            0);
  CHECK(read_file(folder.path() / "0" / "metrics.csv") != read_file(folder.path() / "1" / "metrics.csv"));
}

TEST_CASE("resuming equals never having stopped, byte for byte") {
  const TemporaryFolder folder;
  for (const std::string name : {"pendulum_vagram", "hopper_mbpo"}) {
    INFO(name);
    const fs::path whole = folder.path() / (name + "_whole");
    const fs::path parts = folder.path() / (name + "_parts");
    REQUIRE(run_shortened(name, folder.path(), {"--ticks", "75", "--out", whole.string()}).code == 0);
    REQUIRE(run_shortened(name, folder.path(), {"--ticks", "47", "--out", parts.string()}).code == 0);
    const Finished resumed = run_weft({"resume", parts.string(), "--ticks", "75"}, folder.path());
    INFO(resumed.output);
    REQUIRE(resumed.code == 0);
    CHECK(read_file(whole / "metrics.csv") == read_file(parts / "metrics.csv"));
    CHECK(read_file(last_checkpoint(whole)) == read_file(last_checkpoint(parts)));
  }
}
