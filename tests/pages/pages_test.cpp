// Every page of the tree: its commands are run or checked, its graphs are valid, its links lead somewhere.
#include <algorithm>

#include "commands.h"
#include "host/cli/command_new.h"
#include "page.h"
#include "page_check.h"
#include "sandbox.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::pages;
using weft::testing::read_file;

namespace {

const fs::path root = WEFT_SOURCE_FOLDER;

/// All pages but those of templates, which belong to the folders that `weft new` writes.
std::vector<fs::path> pages() {
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& file) {
    if (file.extension() == ".md" && file.string().find("/sdk/templates/") == std::string::npos) files.push_back(file);
  };
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) add(entry);
  for (const char* folder : {"graphs", "host", "plugins", "sdk", "tests"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) add(entry);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("every command and every graph on every page is checked") {
  REQUIRE(pages().size() >= 4);
  for (const fs::path& file : pages()) {
    const Sandbox sandbox;
    for (const std::string& problem : check_page(read_page(file.lexically_relative(root), read_file(file)), sandbox))
      FAIL_CHECK(problem);
  }
}

TEST_CASE("every command on the page that weft new writes is checked") {
  for (const std::string& kind : weft::host::template_kinds()) {
    const Sandbox sandbox;
    Commands().check({"weft", "new", kind, "my_" + kind});
    const fs::path home = "my_" + kind;
    for (const std::string& problem :
         check_page(read_page(home / "README.md", read_file(home / "README.md")), sandbox, home))
      FAIL_CHECK(problem);
  }
}

TEST_CASE("the C++ code on the first page is a part of a worked example") {
  for (const Element& element : read_page("README.md", read_file(root / "README.md")).elements)
    if (element.language == "cpp")
      CHECK(read_file(root / "sdk/examples/loss_huber/huber.cpp").find(element.text) != std::string::npos);
}

TEST_CASE("every link on a page leads to a file of the tree, and to a heading where it names one") {
  for (const fs::path& file : pages()) {
    for (const Link& link : read_page(file, read_file(file)).links) {
      if (link.target.find("://") != std::string::npos) continue;
      INFO(file << ":" << link.line << ": " << link.target);
      const std::size_t hash = std::min(link.target.find('#'), link.target.size());
      const fs::path target = hash == 0 ? file : file.parent_path() / link.target.substr(0, hash);
      CHECK(fs::exists(target));
      if (hash == link.target.size() || !fs::exists(target)) continue;
      const Page page = read_page(target, read_file(target));
      CHECK(std::any_of(page.elements.begin(), page.elements.end(), [&](const Element& element) {
        return element.kind == Element::Kind::heading && anchor(element.text) == link.target.substr(hash + 1);
      }));
    }
  }
}
