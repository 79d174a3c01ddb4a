#include "host/base/option_text.h"

namespace weft::host {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

}  // namespace

std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values;
  std::size_t begin = 0;
  int depth = 0;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quote != '\0') {
      if (letter == '\\' && quote == '"')
        ++at;
      else if (letter == quote)
        quote = '\0';
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
    } else if (letter == '[' || letter == '{') {
      ++depth;
    } else if (letter == ']' || letter == '}') {
      --depth;
    } else if (letter == ',' && depth == 0) {
      values.push_back(trimmed(text.substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  values.push_back(trimmed(text.substr(begin)));
  return values;
}

std::string shell_word(const std::string& text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%") ==
      std::string::npos;
  if (plain && !text.empty()) return text;
  std::string literal = "'";
  for (const char letter : text) literal += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return literal + "'";
}

std::string short_key(const std::string& key) {
  for (const char* section : {"components.", "stages."})
    if (key.starts_with(section)) return key.substr(std::string(section).size());
  return key;
}

}  // namespace weft::host
