#include "host/run/checkpoint_folder.h"

#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::TemporaryFolder;
using weft::testing::write_file;

TEST_CASE("the last two checkpoints are kept") {
  const TemporaryFolder folder;
  const CheckpointFolder checkpoints(folder.path());
  for (const int64_t tick : {9, 10, 1'000'000, 200}) write_file(checkpoints.file(tick), "x");
  write_file(folder.path() / "tick_000000000300.safetensors.tmp", "x");
  write_file(folder.path() / "tick_000000000400.safetensors.refused", "x");
  write_file(folder.path() / "zzz_mine.safetensors", "x");
  checkpoints.prune();
  CHECK(checkpoints.files() == std::vector<std::filesystem::path>{checkpoints.file(1'000'000), checkpoints.file(200)});
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 4);
}
