/// What the tests of pages read from Markdown: headings, blocks of code, code within sentences, and links.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace weft::pages {

/// A piece of a page that the tests look at.
struct Element {
  enum class Kind { heading, block, code };  ///< `code` is code within a sentence
  Kind kind;
  std::string language;  ///< of a block: "sh" when it is indented, the word after its fence otherwise
  std::string text;
  int line;  ///< where it begins, counted from 1
};

struct Link {
  std::string target;  ///< "host/README.md#words"
  int line;
};

struct Page {
  std::filesystem::path file;
  std::vector<Element> elements;  ///< in the order of the page
  std::vector<Link> links;
};

/// Reads a page with this text; `file` is kept for messages and for relative links.
Page read_page(const std::filesystem::path& file, const std::string& text);

/// The anchor that a heading has on the page: "Words, in short" is "words-in-short".
std::string anchor(const std::string& heading);

}  // namespace weft::pages
