/// The contents of a TOML file, with the place of every key and value. Only written.cpp uses the TOML library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// A value as it was written, before it is checked.
struct Written {
  struct Member;
  using List = std::vector<Written>;
  using Table = std::vector<Member>;  ///< in the order of the file
  /// Dates and times, which no graph uses; kept for messages.
  struct Other {
    std::string text;
  };
  /// The text of an option, parsed once the type of its key is known.
  struct OptionText {
    std::string text;
  };

  static constexpr int option_layer = 1;

  Place place;
  std::variant<bool, int64_t, double, std::string, List, Table, Other, OptionText> value;

  const std::string* text() const { return std::get_if<std::string>(&value); }
  const List* list() const { return std::get_if<List>(&value); }
  const Table* table() const { return std::get_if<Table>(&value); }
};

/// `key = value`.
struct Written::Member {
  std::string key;
  Place place;    ///< of the key
  int layer = 0;  ///< where it was written: the graph 0, the graph that it extends -1 and so on, an option 1
  Written value;
};

/// The member with this key, or null.
const Written::Member* find(const Written::Table& table, std::string_view key);
Written::Member* find(Written::Table& table, std::string_view key);

/// Parses a whole file; throws Failure(wrong_input) with the first syntax error.
Written::Table parse_toml(std::string_view text, const std::string& file, int layer);

/// Parses one value, all of it at `place`; nullopt when the text is not a TOML value.
std::optional<Written> parse_value(std::string_view text, const Place& place = {});

/// Parses the text of an option: verbatim where a text is wanted (quotes are allowed but not needed), else as TOML.
/// Text that is not TOML stays OptionText; other values are returned unchanged.
Written read_option(const Written& written, bool text_wanted);

/// A value as TOML on one line, for messages; the text of an option in single quotes.
std::string to_text(const Written& written);

/// A text as a TOML string, and a number as a TOML float that parses to the same number.
std::string toml_string(std::string_view text);
std::string toml_real(double value);

}  // namespace weft::host
