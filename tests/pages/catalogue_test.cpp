// plugins/README.md, the catalogue of component types, says what the types themselves say; DEPENDENCIES.md names what
// bootstrap.sh installs.
#include <algorithm>
#include <regex>
#include <sstream>

#include "host/base/rows.h"
#include "host/plugin/registry.h"
#include "support/process.h"
#include "weft/testing/catch.h"

using namespace weft::host;
using weft::testing::read_file;

namespace {

const std::string root = WEFT_SOURCE_FOLDER;

template <class Rows, class Name>
std::string names(const Rows& rows, Name name) {
  std::string text;
  for (const auto& row : rows) text += (text.empty() ? "" : ", ") + name(row);
  return text;
}

/// The row of a type in the catalogue.
std::string row(const TypeRecord& record) {
  const weft_component_type& type = *record.type;
  const auto offer = [](const weft_offer& one) { return "`" + std::string(one.name) + "`"; };
  const auto slot = [](const weft_slot& one) {
    return one.optional ? "(`" + std::string(one.name) + "`)" : "`" + std::string(one.name) + "`";
  };
  return "| `" + std::string(type.name) + "` | `" + record.plugin->entry->name + "` | " + type.summary + " | " +
         names(offers_of(type), offer) + " | " + names(slots_of(type), slot) + " | " + type.reference + " |";
}

/// The rows of a page's tables whose first cell fits a pattern.
std::vector<std::string> rows_of(const std::string& page, const std::string& cell) {
  const std::regex pattern("\\| " + cell + " \\|.*");
  std::vector<std::string> rows;
  std::istringstream stream(page);
  for (std::string line; std::getline(stream, line);)
    if (std::regex_match(line, pattern)) rows.push_back(line);
  return rows;
}

/// The differences between the tables of a catalogue and the types that there are; as they have to be repaired.
std::vector<std::string> differences(const std::string& page, const Registry& registry) {
  std::vector<std::string> rows = rows_of(page, "`[a-z0-9_]+\\.[a-z0-9_]+`"), found;
  for (const auto& [name, record] : registry.types()) {
    const auto listed = std::find(rows.begin(), rows.end(), row(record));
    if (listed == rows.end())
      found.push_back("missing: " + row(record));
    else
      rows.erase(listed);
  }
  for (const std::string& left : rows) found.push_back("wrong, or there twice: " + left);
  return found;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t place = text.find(what);
  REQUIRE(place != std::string::npos);
  return text.replace(place, what.size(), by);
}

}  // namespace

TEST_CASE("the catalogue has a row for every component type, with what the type says") {
  const Registry registry({});
  const std::string page = read_file(root + "/plugins/README.md");
  for (const std::string& difference : differences(page, registry)) FAIL_CHECK(difference);

  // What is reported when it does not.
  const std::string mse = row(*registry.find("loss.mse"));
  CHECK(differences(replaced(page, mse + "\n", ""), registry) == std::vector<std::string>{"missing: " + mse});
  CHECK(differences(page + mse + "\n", registry) == std::vector<std::string>{"wrong, or there twice: " + mse});
  CHECK(differences(replaced(page, "| `loss_mse` |", "| `loss_nll` |"), registry).size() == 2);
  CHECK(differences(page + "| `loss.none` | `none` | None. |  |  |  |\n", registry).size() == 1);
}

TEST_CASE("the table of dependencies has every package that bootstrap.sh installs, and no other") {
  const std::string script = read_file(root + "/bootstrap.sh");
  std::vector<std::string> installed, listed;
  for (const char* list : {"\npackages=(", "\nchecking=(", "\nclang=("}) {
    const std::size_t begin = script.find(list);
    REQUIRE(begin != std::string::npos);
    const std::size_t open = script.find('(', begin) + 1;
    std::istringstream words(script.substr(open, script.find(')', open) - open));
    for (std::string word; words >> word;) installed.push_back(word);
  }
  static const std::regex package("`([^`]+)`");
  for (const std::string& row : rows_of(read_file(root + "/DEPENDENCIES.md"), "`.*`")) {
    const auto end = row.begin() + static_cast<std::ptrdiff_t>(row.find(" | "));
    for (std::sregex_iterator found(row.begin(), end, package), none; found != none; ++found)
      listed.push_back((*found)[1]);
  }
  std::sort(installed.begin(), installed.end());
  std::sort(listed.begin(), listed.end());
  CHECK(listed == installed);
}
