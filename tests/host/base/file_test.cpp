#include "host/base/file.h"

#include <sys/stat.h>

#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::Contains;
using weft::testing::read_file;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

namespace fs = std::filesystem;

TEST_CASE("files are not written through links") {
  const TemporaryFolder folder;
  const fs::path victim = folder.path() / "victim", link = folder.path() / "link";
  write_file(victim, "unchanged");
  fs::create_symlink(victim, link);
  CHECK_THROWS_WITH(OutputFile(link, 0), Contains("link': ") && Contains("it is a symbolic link, which Weft does not "
                                                                         "follow here; remove it"));
  CHECK_THROWS_WITH(OutputFile(link, 9), Contains("it is a symbolic link"));
  CHECK(read_file(victim) == "unchanged");
  fs::remove(link);
  fs::create_hard_link(victim, link);
  CHECK_THROWS_WITH(OutputFile(link, 0), Contains("the file has 2 names (hard links)"));
  CHECK(read_file(victim) == "unchanged");
}

TEST_CASE("a whole file replaces what has its name; its temporary file follows no link") {
  const TemporaryFolder folder;
  const fs::path victim = folder.path() / "victim", file = folder.path() / "file";
  write_file(victim, "unchanged");
  fs::create_symlink(victim, file);
  fs::create_symlink(victim, folder.path() / "file.tmp");
  write_whole(file, "new");
  CHECK(read_file(victim) == "unchanged");
  CHECK_FALSE(fs::is_symlink(file));
  CHECK(read_file(file) == "new");
  CHECK_FALSE(fs::exists(fs::symlink_status(folder.path() / "file.tmp")));
}

TEST_CASE("what is not a regular file is refused without waiting") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_AS(OutputFile(pipe, 0), Failure);
  CHECK_THROWS_WITH(OutputFile(folder.path(), 0), Contains("Is a directory"));
}

TEST_CASE("only regular files are read") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_whole(pipe), Contains("it is not a regular file; a file was expected"));
  CHECK_THROWS_WITH(read_whole("/dev/zero"), Contains("it is not a regular file; a file was expected"));
  CHECK_THROWS_WITH(read_whole(folder.path()), Contains("it is a folder; a file was expected"));
  CHECK_THROWS_WITH(read_whole(folder.path() / "none"), Contains("No such file or directory"));
}
