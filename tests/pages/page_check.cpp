#include "page_check.h"

#include <toml++/toml.h>
#include <algorithm>
#include <regex>

#include "commands.h"

namespace weft::pages {
namespace {

class PageCheck {
 public:
  PageCheck(const Page& page, const Sandbox& sandbox, const fs::path& home) : page_(page) {
    for (const Element& element : page.elements) {
      if (element.kind == Element::Kind::heading) sandbox.enter(home);
      if (element.kind == Element::Kind::block) check_block(element);
      if (element.kind == Element::Kind::code && Commands::is_command(element.text)) check_commands(element);
    }
  }

  std::vector<std::string> problems;

 private:
  void problem(int line, const std::string& what) {
    problems.push_back(page_.file.string() + ":" + std::to_string(line) + ": " + what);
  }

  void check_block(const Element& block) {
    static const std::vector<std::string> others = {"text", "cpp",      "cmake",  "csv",
                                                    "json", "markdown", "bibtex", "python"};
    if (block.language == "sh")
      check_commands(block);
    else if (block.language == "toml")
      check_toml(block);
    else if (std::find(others.begin(), others.end(), block.language) == others.end())
      problem(block.line, "the language of a block is '" + block.language +
                              "'; say sh for commands, toml for graphs, text for what is neither");
  }

  void check_commands(const Element& code) {
    try {
      for (const Command& command : read_commands(code.text)) {
        try {
          commands_.check(command.words, code.kind == Element::Kind::code);
        } catch (const std::exception& error) {
          std::string text;
          for (const std::string& word : command.words) text += word + " ";
          problem(code.line + command.line, text + ": " + error.what());
        }
      }
    } catch (const Wrong& wrong) {
      problem(code.line, wrong.what());
    }
  }

  /// A block that begins with "# NAME.toml" is a file of that name for the commands after it. Complete graphs are
  /// checked.
  void check_toml(const Element& block) {
    try {
      const toml::table table = toml::parse(block.text);
      static const std::regex name(R"(^# ([\w/]+\.toml)\b)");
      std::smatch found;
      if (!std::regex_search(block.text, found, name)) {
        if (table.contains("schedule") && table.contains("run")) problem(block.line, "a graph without '# NAME.toml'");
        return;
      }
      weft::testing::write_file(found[1].str(), block.text);
      commands_.check({"weft", "check", found[1]});
    } catch (const std::exception& error) {
      problem(block.line, error.what());
    }
  }

  const Page& page_;
  Commands commands_;
};

}  // namespace

std::vector<std::string> check_page(const Page& page, const Sandbox& sandbox, const fs::path& home) {
  sandbox.enter(home);
  return PageCheck(page, sandbox, home).problems;
}

}  // namespace weft::pages
