#include "host/base/written.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <sstream>
#include <type_traits>

#include "host/base/number.h"

namespace weft::host {
namespace {

/// Dotted keys nest, and the library recurses into them without a limit: 60 kB of dots could overflow the stack. A key
/// is on one line, and few dots on each line do no harm, since the library limits how deep values nest.
constexpr int harmless_dots = 8, most_dots = 4'000;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// The line in which the text has more dots than can be parsed safely; 0: none. One dot between digits is a number's.
int line_with_too_many_dots(std::string_view text) {
  int line = 1, on_line = 0, beyond = 0;
  bool in_number = false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    if (letter == '\n') {
      ++line;
      on_line = 0;
    }
    const bool number = letter == '.' && !in_number && index > 0 && is_digit(text[index - 1]);
    in_number = number || (in_number && is_digit(letter));
    if (letter == '.' && !number && ++on_line > harmless_dots && ++beyond > most_dots) return line;
  }
  return 0;
}

Place place_of(const toml::source_region& region, const std::string& file) {
  return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

Written convert(const toml::node& node, const std::string& file, int layer);

Written::Table convert_table(const toml::table& table, const std::string& file, int layer) {
  Written::Table members;
  for (const auto& [key, value] : table)
    members.push_back({std::string(key.str()), place_of(key.source(), file), layer, convert(value, file, layer)});
  // The library orders keys by name; messages follow the order of the file.
  std::stable_sort(members.begin(), members.end(), [](const Written::Member& left, const Written::Member& right) {
    return std::pair(left.place.line, left.place.column) < std::pair(right.place.line, right.place.column);
  });
  return members;
}

Written convert(const toml::node& node, const std::string& file, int layer) {
  Written written;
  written.place = place_of(node.source(), file);
  node.visit([&](const auto& inner) {
    using Node = std::remove_cvref_t<decltype(inner)>;
    if constexpr (toml::is_table<Node>) {
      written.value = convert_table(inner, file, layer);
    } else if constexpr (toml::is_array<Node>) {
      Written::List list;
      for (const toml::node& element : inner) list.push_back(convert(element, file, layer));
      written.value = std::move(list);
    } else if constexpr (toml::is_date<Node> || toml::is_time<Node> || toml::is_date_time<Node>) {
      std::ostringstream text;
      text << inner.get();
      written.value = Written::Other{text.str()};
    } else {
      written.value = inner.get();
    }
  });
  return written;
}

/// Sets the place of a value, and of everything in it, to that of the option that gave it.
void move_to(const Place& place, Written& written) {
  written.place = place;
  if (auto* list = std::get_if<Written::List>(&written.value))
    for (Written& element : *list) move_to(place, element);
  if (auto* table = std::get_if<Written::Table>(&written.value)) {
    for (Written::Member& member : *table) {
      member.place = place;
      move_to(place, member.value);
    }
  }
}

/// The library's message without its prefix, which adds nothing to "error".
std::string_view without_prefix(std::string_view description) {
  constexpr std::string_view prefix = "Error while parsing ";
  if (description.starts_with(prefix)) description.remove_prefix(prefix.size());
  return description;
}

/// The value that was being read at a column of a line: the text from the last separator to the next one.
std::string_view value_at(std::string_view line, std::size_t column) {
  const std::size_t end = std::min(line.find_first_of(",]}#", column), line.size());
  std::string_view value = line.substr(0, end);
  const std::size_t separator = value.find_last_of("=[{,");
  if (separator != value.npos) value.remove_prefix(separator + 1);
  const auto is_blank = [](char letter) { return letter == ' ' || letter == '\t' || letter == '\r'; };
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  return value;
}

std::string_view line_of(std::string_view text, int number) {
  for (; number > 1; --number) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return result;
}

/// What the author of a text with a syntax error probably meant; may be empty.
std::string likely_meaning(std::string_view text, const Place& place, std::string_view description) {
  if (has(description, "cannot redefine")) {
    if (has(description, "'schedule'"))
      return "each entry of the schedule begins with [[schedule]], in double brackets";
    return "this is set above already; keep one of the two";
  }
  if (place.line == 0 || has(description, "'='")) return "";
  const std::string_view line = line_of(text, place.line);
  const auto column = static_cast<std::size_t>(std::max(place.column, 1) - 1);
  if (has(description, "string: unescaped control characters") && column >= line.size())
    return "the quote at the end of a text is missing";
  if (has(description, "string:") || column >= line.size()) return "";
  const std::string_view value = value_at(line, column);
  const std::string lower = lower_case(value);
  if (lower == "true" || lower == "false") return "true and false are written in lower case";
  if (value.size() > 1 && value[0] == '.' && is_digit(value[1]))
    return fmt::format("a number begins with a digit: 0{}", value);
  const bool is_word =
      !value.empty() && (std::isalpha(static_cast<unsigned char>(value[0])) || has("~/.", value.substr(0, 1)));
  return is_word && !has(value, "\"") ? fmt::format("a text needs quotes: {}", toml_string(value)) : "";
}

Failure syntax_error(std::string_view text, const Place& place, std::string_view description) {
  const std::string meaning = likely_meaning(text, place, description);
  return wrong_input(place, meaning.empty() ? fmt::format("invalid TOML syntax: {}", description)
                                            : fmt::format("{} (invalid TOML syntax: {})", meaning, description));
}

template <class List, class Print>
std::string join(const List& list, const char* open, const char* close, Print print) {
  std::string text = open;
  for (std::size_t index = 0; index < list.size(); ++index) text += (index ? ", " : "") + print(list[index]);
  return text + close;
}

}  // namespace

const Written::Member* find(const Written::Table& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& member) { return member.key == key; });
  return found == table.end() ? nullptr : &*found;
}

Written::Member* find(Written::Table& table, std::string_view key) {
  return const_cast<Written::Member*>(find(std::as_const(table), key));
}

Written::Table parse_toml(std::string_view text, const std::string& file, int layer) {
  if (const int line = line_with_too_many_dots(text))
    throw wrong_input({file, line, 1}, "too many dots; keys with dots nest, and graphs need few of them");
  try {
    return convert_table(toml::parse(text, file), file, layer);
  } catch (const toml::parse_error& error) {
    throw syntax_error(text, place_of(error.source(), file), without_prefix(error.description()));
  }
}

std::optional<Written> parse_value(std::string_view text, const Place& place) {
  if (line_with_too_many_dots(text) != 0) return std::nullopt;
  try {
    const toml::table table = toml::parse("value = " + std::string(text));
    const toml::node* node = table.get("value");
    if (table.size() != 1 || !node) return std::nullopt;
    Written written = convert(*node, "", 0);
    move_to(place, written);
    return written;
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

Written read_option(const Written& written, bool text_wanted) {
  const auto* option = std::get_if<Written::OptionText>(&written.value);
  if (!option) return written;
  std::optional<Written> parsed = parse_value(option->text, written.place);
  if (text_wanted && !(parsed && parsed->text())) return {written.place, option->text};
  return parsed ? *parsed : written;
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      result += '\\';
      result += letter;
    } else if (code < 0x20 || code == 0x7f) {
      result += fmt::format("\\u{:04X}", code);
    } else {
      result += letter;
    }
  }
  return result + '"';
}

std::string toml_real(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const std::string result = shortest(value);
  return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
}

std::string to_text(const Written& written) {
  return std::visit(
      [](const auto& value) -> std::string {
        using Kind = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Kind, bool>) return value ? "true" : "false";
        if constexpr (std::is_same_v<Kind, int64_t>) return fmt::to_string(value);
        if constexpr (std::is_same_v<Kind, double>) return toml_real(value);
        if constexpr (std::is_same_v<Kind, std::string>) return toml_string(value);
        if constexpr (std::is_same_v<Kind, Written::List>)
          return join(value, "[", "]", [](const Written& element) { return to_text(element); });
        if constexpr (std::is_same_v<Kind, Written::Table>)
          return join(value, "{ ", " }", [](const Written::Member& member) {
            return fmt::format("{} = {}", member.key, to_text(member.value));
          });
        if constexpr (std::is_same_v<Kind, Written::Other>) return value.text;
        if constexpr (std::is_same_v<Kind, Written::OptionText>) return fmt::format("'{}'", value.text);
      },
      written.value);
}

}  // namespace weft::host
