// `weft new`.
#include <algorithm>

#include "host/fixtures/bare_program.h"
#include "weft/testing/catch.h"

using namespace weft::testing;
namespace fs = std::filesystem;

TEST_CASE("new writes a template with its name filled in, and prints the next commands") {
  const TemporaryFolder folder;
  const auto make = [&](const std::vector<std::string>& arguments) { return run_weft(arguments, folder.path()); };
  const Finished finished = make({"new", "loss", "my_first_loss"});
  CHECK(finished.code == 0);
  CHECK_THAT(finished.output,
             StartsWith("wrote my_first_loss/\n  CMakeLists.txt\n  README.md\n  graph.toml\n  my_first_loss.cpp\n"
                        "  my_first_loss_test.cpp\nnext (see my_first_loss/README.md):\n  cd my_first_loss\n") &&
                 Contains("  " WEFT_PROGRAM " run graph.toml\n"));
  const fs::path made = folder.path() / "my_first_loss";
  CHECK_THAT(read_file(made / "my_first_loss.cpp"),
             Contains("class MyFirstLoss final") && Contains("component_type<MyFirstLoss>(\"loss.my_first_loss\")"));
  CHECK_THAT(read_file(made / "graph.toml"),
             Contains("extends = \"" WEFT_BINARY_FOLDER "/share/weft/graphs/pendulum_vagram.toml\""));
  for (const std::string kind : {"agent", "env", "loss", "model", "stage"}) {
    CHECK(make({"new", kind, "my_" + kind}).code == 0);
    for (const fs::directory_entry& file : fs::directory_iterator(folder.path() / ("my_" + kind))) {
      INFO(file.path());
      CHECK_THAT(read_file(file.path()),
                 !Contains("template_name") && !Contains("TemplateName") && !Contains("TEMPLATE_PREFIX"));
    }
  }
}

TEST_CASE("new refuses with a reason and leaves nothing behind") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& arguments) {
    const Finished finished = run_unprivileged(arguments, folder.path());
    CHECK(finished.code == 2);
    return finished.output;
  };
  const std::string kinds = "'agent', 'env', 'loss', 'model' and 'stage'";
  CHECK(refused({WEFT_PROGRAM, "new"}) ==
        "error: KIND is missing; the kinds are " + kinds + "; see 'weft new --help'\n");
  CHECK(refused({WEFT_PROGRAM, "new", "loss"}) ==
        "error: NAME is missing; the kinds are " + kinds + "; see 'weft new --help'\n");
  CHECK(refused({WEFT_PROGRAM, "new", "lose", "mine"}) ==
        "error: unknown kind 'lose'; the kinds are " + kinds + "; did you mean 'loss'?\n");
  for (const char* name : {"MyLoss", "my-loss", "../mine", "", "mine_", "my__loss", "2nd"})
    CHECK(refused({WEFT_PROGRAM, "new", "loss", name}) ==
          "error: invalid name '" + std::string(name) +
              "'; expected lower-case letters, digits and single '_' between them, starting with a letter\n");
  for (const std::string name : {"test", "torch", "c10", "rebuild_cache"})
    CHECK(refused({WEFT_PROGRAM, "new", "loss", name}) ==
          "error: the name '" + name + "' is reserved by CMake, LibTorch or Weft; choose another name\n");

  write_file(folder.path() / "mine", "notes");
  CHECK(refused({WEFT_PROGRAM, "new", "loss", "mine"}) ==
        "error: 'mine' exists already; choose another name, or move it elsewhere\n");
  CHECK(read_file(folder.path() / "mine") == "notes");

  CHECK_THAT(call_in(folder.path(), {"new", "loss", "other"}).output,
             StartsWith("error: there are no templates: cannot read '") &&
                 Contains("/share/weft/templates': No such file or directory; 'cmake --install' writes it"));
  std::vector<std::string> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path()))
    left.push_back(entry.path().filename());
  std::sort(left.begin(), left.end());
  CHECK(left == std::vector<std::string>{"mine", "output.txt"});
}

TEST_CASE("new reports a folder that cannot be written") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "closed");
  write_file(folder.path() / "closed/output.txt", "");
  fs::permissions(folder.path() / "closed", fs::perms::owner_read | fs::perms::owner_exec);
  const Finished finished = run_unprivileged({WEFT_PROGRAM, "new", "loss", "mine"}, folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::owner_all);
  CHECK(finished.code == 2);
  CHECK(finished.output == "error: cannot write the folder '" + (folder.path() / "closed/mine").string() +
                               "': Permission denied; run the command in a writable folder with free space\n");
}
