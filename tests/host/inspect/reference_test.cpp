// `weft reference`.

#include "host/fixtures/bare_program.h"
#include "host/fixtures/plugin_folders.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

TEST_CASE("reference writes a page per type and an index, also a second time, and never over other files") {
  const TemporaryFolder folder;
  const std::vector<std::string> reference = {"reference", "new/pages", "--plugin-path",
                                              valid_plugins + "/fixture_components.so"};
  for (int time = 0; time < 2; ++time) {
    const Finished finished = call_in(folder.path(), reference);
    CHECK(finished.code == 0);
    CHECK(finished.output == "6 component types: new/pages/index.md\n");
  }
  const fs::path pages = folder.path() / "new/pages";
  CHECK_THAT(
      read_file(pages / "index.md"),
      Contains("\n## stage\n") && Contains("| [mock.settings](mock.settings.md) | Has a parameter of every kind. |"));
  const std::string settings = read_file(pages / "mock.settings.md");
  CHECK_THAT(settings, Contains("\nReference: Nobody, 2024, equation 0\n") &&
                           Contains("```toml\n[components.settings]\n") &&
                           Contains("\n| `real` | `0.5` |  | a finite number, above 0 | a number |\n") &&
                           Contains("\n| `file` | optional |  | the name of a file | a file |\n") &&
                           Contains("[mock.counter](mock.counter.md), [mock.fragile](mock.fragile.md)"));
  CHECK_THAT(read_file(pages / "mock.counter.md"), Contains("[stage.pull](stage.pull.md) |"));
  CHECK_THAT(read_file(pages / "stage.pull.md"),
             Contains("## Streams") && Contains("[mock.ear](mock.ear.md) |") &&
                 Contains("| `pulled` | items | each value; shown during the run | the last number |"));

  write_file(pages / "mock.ear.md", "# my notes\n");
  fs::remove(pages / "index.md");
  const Finished refused = call_in(folder.path(), reference);
  CHECK(refused.code == 2);
  CHECK(refused.output ==
        "error: 'new/pages/mock.ear.md' exists and was not written by 'weft reference'; give another "
        "folder, or move the file away\n");
  CHECK(read_file(pages / "mock.ear.md") == "# my notes\n");
  CHECK(!fs::exists(pages / "index.md"));

  CHECK(call_in(folder.path(), {"reference", "new/pages/mock.ear.md"}).output ==
        "error: cannot create the folder 'new/pages/mock.ear.md': Not a directory; give a writable folder\n");
}
