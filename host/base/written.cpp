#include "host/base/written.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <type_traits>

namespace weft::host {
namespace {

/// Dotted keys nest, and the library follows them by recursion without a limit of its own: 60 kB could end the process.
constexpr std::ptrdiff_t most_dots = 4'000;
std::ptrdiff_t dots(std::string_view text) { return std::count(text.begin(), text.end(), '.'); }

Place place_of(const toml::source_region& region, const std::string& file) {
  return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

Written convert(const toml::node& node, const std::string& file, int layer);

Written::Table convert_table(const toml::table& table, const std::string& file, int layer) {
  Written::Table members;
  for (const auto& [key, value] : table)
    members.push_back({std::string(key.str()), place_of(key.source(), file), layer, convert(value, file, layer)});
  // The library orders keys by name; people read messages in the order of the file.
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

/// Gives a value, and everything in it, the place of the option that says it.
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

/// The library's sentence without its beginning, which says no more than "error".
std::string plain(std::string_view description) {
  constexpr std::string_view beginning = "Error while parsing ";
  if (description.starts_with(beginning)) description.remove_prefix(beginning.size());
  return std::string(description);
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
  if (dots(text) > most_dots)
    throw Failure(ExitCode::wrong_input, {file, 0, 0},
                  std::to_string(dots(text)) + " dots; keys nest by them, and at most " + std::to_string(most_dots) +
                      " are read");
  try {
    return convert_table(toml::parse(text, file), file, layer);
  } catch (const toml::parse_error& error) {
    throw Failure(ExitCode::wrong_input, {{Severity::error, place_of(error.source(), file),
                                           "bad TOML syntax: " + plain(error.description())}});
  }
}

std::optional<Written> parse_value(std::string_view text, const Place& place) {
  if (dots(text) > most_dots) return std::nullopt;
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
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(code));
      result += escape;
    } else {
      result += letter;
    }
  }
  return result + '"';
}

std::string toml_real(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  const std::string result(text, end);
  return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
}

std::string to_text(const Written& written) {
  return std::visit(
      [](const auto& value) -> std::string {
        using Kind = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Kind, bool>) return value ? "true" : "false";
        if constexpr (std::is_same_v<Kind, int64_t>) return std::to_string(value);
        if constexpr (std::is_same_v<Kind, double>) return toml_real(value);
        if constexpr (std::is_same_v<Kind, std::string>) return toml_string(value);
        if constexpr (std::is_same_v<Kind, Written::List>)
          return join(value, "[", "]", [](const Written& element) { return to_text(element); });
        if constexpr (std::is_same_v<Kind, Written::Table>)
          return join(value, "{ ", " }",
                      [](const Written::Member& member) { return member.key + " = " + to_text(member.value); });
        if constexpr (std::is_same_v<Kind, Written::Other>) return value.text;
        if constexpr (std::is_same_v<Kind, Written::OptionText>) return "'" + value.text + "'";
      },
      written.value);
}

}  // namespace weft::host
