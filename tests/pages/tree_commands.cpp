#include "tree_commands.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

namespace weft::pages {
namespace {

using weft::testing::read_file;

/// The value of an option, "--preset asan" or "--preset=asan"; empty when it is not given.
std::string value(const Words& words, const std::string& option) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == option && at + 1 < words.size()) return words[at + 1];
    if (words[at].compare(0, option.size() + 1, option + "=") == 0) return words[at].substr(option.size() + 1);
  }
  return "";
}

bool has(const Words& words, const std::string& option) {
  return std::find(words.begin(), words.end(), option) != words.end();
}

void require_known_options(const Words& words, const std::set<std::string>& known) {
  for (const std::string& word : words)
    if (word[0] == '-' && word.compare(0, 2, "-D") != 0 && known.count(word.substr(0, word.find('='))) == 0)
      throw Wrong("the tests of pages do not know the option " + word);
}

/// A preset of CMakePresets.json; `kind` is configurePresets, buildPresets or testPresets.
void require_preset(const char* kind, const std::string& name) {
  const auto presets = nlohmann::json::parse(read_file(fs::path(WEFT_SOURCE_FOLDER) / "CMakePresets.json"));
  for (const auto& preset : presets.at(kind))
    if (preset.at("name") == name) return;
  throw Wrong("CMakePresets.json has no '" + name + "' among its " + kind);
}

/// All CMake files that belong to the project in which the command is typed.
std::string cmake_text() {
  const fs::path here = fs::current_path();
  if (is_plugin_project(here)) return read_file(here / "CMakeLists.txt");
  std::string text = read_file(here / "CMakeLists.txt");
  for (const char* folder : {"host", "plugins", "sdk", "tests"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(here / folder)) {
      const fs::path& file = entry.path();
      if (file.filename() == "CMakeLists.txt" || file.extension() == ".cmake") text += read_file(file);
    }
  return text;
}

/// NAME: a word that a reader replaces.
bool is_placeholder(const std::string& word) { return std::regex_match(word, std::regex("[A-Z_]+")); }

/// What is declared by one of these CMake commands.
std::set<std::string> declared(const std::string& commands) {
  const std::string text = cmake_text();
  const std::regex pattern("(?:" + commands + R"()\(\s*(?:NAME\s+)?([A-Za-z0-9_]+))");
  std::set<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), pattern), none; found != none; ++found)
    names.insert((*found)[1]);
  return names;
}

std::set<std::string> tests() {
  std::set<std::string> names = declared("weft_test|weft_add_test|add_test|examples_test");
  for (const std::string& room : declared("weft_host_test")) names.insert("host_" + room + "_test");
  return names;
}

void require_target(const std::string& name) {
  static const char* const commands =
      "add_custom_target|add_executable|add_library|weft_add_plugin|weft_project_plugin";
  if (name != "package" && !is_placeholder(name) &&  // CPack's own
      declared(commands).count(name) + tests().count(name) == 0)
    throw Wrong("there is no target '" + name + "'");
}

void require_project() {
  if (!fs::exists("CMakeLists.txt")) throw Wrong("there is no CMakeLists.txt in this folder");
}

}  // namespace

void check_cmake(const Words& words) {
  require_project();
  require_known_options(
      words, {"--preset", "--build", "--target", "-t", "--parallel", "-j", "--install", "--prefix", "-B", "-S", "-G"});
  const bool builds = has(words, "--build");
  if (const std::string preset = value(words, "--preset"); !preset.empty())
    require_preset(builds ? "buildPresets" : "configurePresets", preset);
  else if (builds ? value(words, "--build") != "build" : value(words, "--install").empty() && !has(words, "-B"))
    throw Wrong("neither a preset nor the folder 'build'");
  if (const fs::path prefix = value(words, "--prefix"); !prefix.empty() && !is_placeholder(prefix)) install(prefix);
  if (!builds) return;
  for (auto at = std::find(words.begin(), words.end(), "--target"); at != words.end(); ++at)
    if ((*at)[0] != '-') require_target(*at);
}

void check_ctest(const Words& words) {
  require_project();
  require_known_options(words, {"--preset", "--test-dir", "-R", "-E", "-L", "-LE", "-N", "-V", "-j", "--parallel",
                                "--label-exclude", "--output-on-failure", "--no-tests"});
  if (const std::string preset = value(words, "--preset"); !preset.empty())
    require_preset("testPresets", preset);
  else if (value(words, "--test-dir") != "build")
    throw Wrong("neither a preset nor the folder 'build'");
  if (const std::string pattern = value(words, "-R"); !pattern.empty() && !is_placeholder(pattern)) {
    const auto names = tests();
    if (std::none_of(names.begin(), names.end(),
                     [&](const std::string& test) { return std::regex_search(test, std::regex(pattern)); }))
      throw Wrong("no test is called like '" + pattern + "'");
  }
  for (const char* option : {"-L", "-LE", "--label-exclude"})
    if (const std::string label = value(words, option); !label.empty() && label != "slow")
      throw Wrong("there is no label '" + label + "'");
}

void check_script(const Words& words) {
  const fs::path file = words[0];
  if (!fs::is_regular_file(file)) throw Wrong("there is no '" + words[0] + "'");
  if (access(file.c_str(), X_OK) != 0) throw Wrong("'" + words[0] + "' cannot be run");
  const std::string text = read_file(file);
  for (std::size_t at = 1; at < words.size(); ++at)
    if (words[at][0] == '-' && text.find(words[at].substr(0, words[at].find('='))) == std::string::npos)
      throw Wrong("'" + words[0] + "' has no option " + words[at]);
}

void check_program(const Words& words) { require_target(fs::path(words[0]).filename().string()); }

void check_benchmark(const Words& words) {
  std::string text;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(WEFT_SOURCE_FOLDER) / "tests/bench"))
    if (entry.path().extension() == ".cpp") text += read_file(entry);
  const auto require = [&](const std::string& name) {
    if (text.find("\"" + name + "\"") == std::string::npos) throw Wrong("weft_bench does not know '" + name + "'");
  };
  for (const std::string& word : words)
    if (word[0] == '-') require(word.substr(2, word.find('=') - 2));
  std::istringstream rows(value(words, "--only"));
  for (std::string row; std::getline(rows, row, ',');) require(row);
}

}  // namespace weft::pages
