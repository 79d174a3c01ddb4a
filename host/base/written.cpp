#include "host/base/written.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <type_traits>

#include "host/base/number.h"

namespace weft::host {
namespace {

/// Dotted keys nest, and the library recurses into them without a limit: 60 kB of dots could overflow the stack.
constexpr std::ptrdiff_t max_dots = 4'000;
std::ptrdiff_t dots(std::string_view text) { return std::count(text.begin(), text.end(), '.'); }

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
  if (dots(text) > max_dots)
    throw wrong_input({file, 0, 0},
                      fmt::format("{} dots; each can nest a key, and at most {} are accepted", dots(text), max_dots));
  try {
    return convert_table(toml::parse(text, file), file, layer);
  } catch (const toml::parse_error& error) {
    throw wrong_input(place_of(error.source(), file),
                      fmt::format("invalid TOML syntax: {}", without_prefix(error.description())));
  }
}

std::optional<Written> parse_value(std::string_view text, const Place& place) {
  if (dots(text) > max_dots) return std::nullopt;
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
