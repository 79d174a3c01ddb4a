#include "page.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

namespace weft::pages {
namespace {

std::size_t indent(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool blank(const std::string& line) { return line.find_first_not_of(" \t") == std::string::npos; }

/// A paragraph while its lines are collected.
class Paragraph {
 public:
  explicit Paragraph(Page& page) : page_(page) {}

  void add(const std::string& line, int number) {
    begins_.emplace_back(text_.size(), number);
    text_ += line + " ";
  }

  /// Takes the code out, then the links from what is left.
  void end() {
    std::string rest;
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t open = text_.find('`', at);
      rest += text_.substr(at, open - at);
      if (open == std::string::npos) break;
      const std::size_t inside = std::min(text_.find_first_not_of('`', open), text_.size());
      const std::size_t close = closing(inside, inside - open);
      if (close == std::string::npos) break;
      page_.elements.push_back({Element::Kind::code, "", text_.substr(inside, close - inside), line_of(open)});
      at = close + (inside - open);
    }
    static const std::regex link(R"(\]\(([^)\s]+)\))");
    for (std::sregex_iterator found(rest.begin(), rest.end(), link), none; found != none; ++found)
      page_.links.push_back({(*found)[1], begins_.front().second});
    text_.clear();
    begins_.clear();
  }

 private:
  /// The next run of exactly `length` backticks.
  std::size_t closing(std::size_t from, std::size_t length) const {
    for (std::size_t at = text_.find('`', from); at != std::string::npos;) {
      const std::size_t after = std::min(text_.find_first_not_of('`', at), text_.size());
      if (after - at == length) return at;
      at = text_.find('`', after);
    }
    return std::string::npos;
  }

  int line_of(std::size_t place) const {
    int line = 0;
    for (const auto& [begin, number] : begins_)
      if (begin <= place) line = number;
    return line;
  }

  Page& page_;
  std::string text_;
  std::vector<std::pair<std::size_t, int>> begins_;  ///< of its lines
};

/// A row of a table, in which a bar is written `\|`.
std::string unescaped_row(const std::string& line) { return std::regex_replace(line, std::regex(R"(\\\|)"), "|"); }

}  // namespace

Page read_page(const std::filesystem::path& file, const std::string& text) {
  Page page{file, {}, {}};
  Paragraph paragraph(page);
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);

  bool after_blank = true;  // where an indented block may begin
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string& line = lines[at];
    const int number = static_cast<int>(at) + 1;
    const std::string fence = line.substr(indent(line), 3);
    if (blank(line)) {
      paragraph.end();
      after_blank = true;
      continue;
    }
    if (fence == "```" || fence == "~~~") {
      paragraph.end();
      Element block{Element::Kind::block, line.substr(indent(line) + 3), "", number};
      for (++at; at < lines.size() && lines[at].compare(indent(lines[at]), 3, fence) != 0; ++at)
        block.text += lines[at] + "\n";
      page.elements.push_back(block);
    } else if (after_blank && indent(line) >= 4) {
      Element block{Element::Kind::block, "sh", "", number};
      for (; at < lines.size() && (blank(lines[at]) || indent(lines[at]) >= 4); ++at) block.text += lines[at] + "\n";
      --at;
      page.elements.push_back(block);
    } else if (line[0] == '#') {
      page.elements.push_back({Element::Kind::heading, "", line.substr(line.find_first_not_of("# ")), number});
    } else {
      if (line[0] == '|') paragraph.end();
      paragraph.add(line[0] == '|' ? unescaped_row(line) : line, number);
      after_blank = false;
      continue;
    }
    after_blank = true;
  }
  paragraph.end();
  return page;
}

std::string anchor(const std::string& heading) {
  std::string text;
  for (const char letter : heading) {
    if (letter == ' ')
      text += '-';
    else if (std::isalnum(static_cast<unsigned char>(letter)) || letter == '-' || letter == '_')
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

}  // namespace weft::pages
