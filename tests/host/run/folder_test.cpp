#include "host/run/folder.h"

#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Contains;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

namespace {

std::string refusal(const std::filesystem::path& folder, bool replace = false) {
  try {
    RunFolder::require_free(folder, replace);
  } catch (const Failure& failure) {
    CHECK(failure.code() == ExitCode::wrong_input);
    return failure.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a folder is free when it is empty or does not exist") {
  const TemporaryFolder folder;
  CHECK(refusal(folder.path()).empty());
  CHECK(refusal(folder.path() / "new" / "deep").empty());
}

TEST_CASE("a folder that Weft did not write is never changed") {
  const TemporaryFolder folder;
  write_file(folder.path() / "graph.toml", "x");
  for (const bool replace : {false, true})
    CHECK_THAT(refusal(folder.path(), replace),
               Contains("exists and was not written by Weft; choose another folder: "));
  CHECK_THAT(refusal(folder.path() / "graph.toml", true), Contains("was not written by Weft"));
  CHECK_THROWS_WITH(RunFolder::open(folder.path()),
                    Contains("is not the folder of a run: it has neither the file '.weft-run' nor"));
  CHECK_THROWS_WITH(RunFolder::open(folder.path() / "none"), Contains("does not exist"));
}

TEST_CASE("the message about an existing run says how to continue it; --replace deletes only files that Weft wrote") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  { const RunFolder made = RunFolder::create(path, false); }
  write_file(path / "metrics.csv", "tick,metric,value\n5,x,1\n");
  CHECK_THAT(refusal(path), Contains("ended before its first checkpoint") && Contains("--replace"));
  write_file(path / "checkpoints" / "tick_000000000007.safetensors", "x");
  CHECK_THAT(refusal(path), Contains("holds an unfinished run") && Contains("weft resume " + path.string() + "\n"));
  write_file(path / "summary.json", R"({"status":"finished"})");
  CHECK_THAT(refusal(path), Contains("holds a finished run") && Contains("--ticks N") && Contains("run.name=OTHER"));
  CHECK(refusal(path, true).empty());

  write_file(path / "notes.txt", "mine");
  CHECK_THAT(refusal(path, true), Contains("notes.txt', which Weft did not write"));
  CHECK_THROWS(RunFolder::create(path, true));
  CHECK(std::filesystem::exists(path / "summary.json"));
  std::filesystem::remove(path / "notes.txt");
  write_file(path / "checkpoints" / "mine.txt", "mine");
  CHECK_THAT(refusal(path, true), Contains("mine.txt', which Weft did not write"));
  std::filesystem::remove(path / "checkpoints" / "mine.txt");
  write_file(path / "events.out.tfevents.1.machine.0", "x");
  const RunFolder replaced = RunFolder::create(path, true);
  CHECK_FALSE(std::filesystem::exists(path / "summary.json"));
  CHECK(replaced.checkpoints().files().empty());
}

TEST_CASE("a run that failed before it left anything makes room for the next one") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  { const RunFolder made = RunFolder::create(path, false); }
  write_file(path / "metrics.csv", "tick,metric,value\n");
  write_file(path / "log.txt", "error\n");
  write_file(path / "summary.json", R"({"status":"failed"})");
  CHECK(refusal(path).empty());
  write_file(path / "notes.txt", "mine");
  CHECK_THAT(refusal(path), Contains("notes.txt', which Weft did not write"));
  std::filesystem::remove(path / "notes.txt");
  const RunFolder next = RunFolder::create(path, false);
  CHECK_FALSE(std::filesystem::exists(path / "log.txt"));
}

TEST_CASE("--replace deletes nothing below the names of Weft's files, and follows no link") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run", outside = folder.path() / "outside";
  std::filesystem::create_directories(outside);
  write_file(outside / "thesis.tex", "years of work");
  const auto names = {"graph.toml",   "build.txt",
                      "metrics.csv",  "timing.csv",
                      "log.txt",      "log.txt.tmp",
                      "summary.json", "events.out.tfevents.1.machine.0",
                      "checkpoints",  "checkpoints/tick_000000000007.safetensors"};
  for (const std::string name : names)
    for (const bool link : {false, true}) {
      if (name == "checkpoints" && !link) continue;
      INFO(name << (link ? " is a link" : " is a folder"));
      std::filesystem::remove_all(path);
      { const RunFolder made = RunFolder::create(path, false); }
      if (name == "checkpoints") std::filesystem::remove(path / name);
      if (link) {
        std::filesystem::create_symlink(outside, path / name);
      } else {
        std::filesystem::create_directory(path / name);
        write_file(path / name / "thesis.tex", "years of work");
      }
      CHECK_THAT(refusal(path, true), Contains(name + "', which Weft did not write"));
      CHECK_THROWS(RunFolder::create(path, true));
      CHECK(weft::testing::read_file(outside / "thesis.tex") == "years of work");
      if (!link) CHECK(weft::testing::read_file(path / name / "thesis.tex") == "years of work");
    }
}

TEST_CASE("a copy without files that begin with a dot is still the folder of a run") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  { const RunFolder made = RunFolder::create(path, false); }
  for (const char* name : {"graph.toml", "build.txt"}) write_file(path / name, "x");
  std::filesystem::remove(path / ".weft-run");
  write_file(path / "checkpoints" / "tick_000000000007.safetensors", "x");
  CHECK_THAT(refusal(path), Contains("holds an unfinished run"));
  CHECK(refusal(path, true).empty());
  CHECK_NOTHROW(RunFolder::open(path));
}

TEST_CASE("one process at a time uses a folder") {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "run";
  const RunFolder made = RunFolder::create(path, false);
  CHECK_THROWS_WITH(RunFolder::open(path), Contains("a run is in progress in the folder"));
  CHECK_THROWS_WITH(RunFolder::create(path, true), Contains("a run is in progress in the folder"));
  // Not "ended before its first checkpoint": it has not ended.
  for (const bool replace : {false, true}) CHECK_THAT(refusal(path, replace), Contains("a run is in progress"));
}

TEST_CASE("a folder that cannot be made is reported") {
  CHECK_THROWS_WITH(RunFolder::create("/proc/nowhere/run", false),
                    Contains("cannot make the folder '/proc/nowhere/run'"));
}
