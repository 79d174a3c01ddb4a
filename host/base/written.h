/// What a TOML file says, with the place of every key and value. The only part that knows the TOML library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/diagnostic.h"

namespace weft::host {

/// A value as somebody wrote it.
struct Written {
  struct Member;
  using List = std::vector<Written>;
  using Table = std::vector<Member>;  ///< in the order of the file
  /// Dates and times, which no graph needs; kept for messages.
  struct Other {
    std::string text;
  };
  /// The text of an option, to be read once it is known what the key takes.
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
  int layer = 0;  ///< which file said it: the graph 0, what it extends -1 and so on, an option 1
  Written value;
};

/// The member with this key, or null.
const Written::Member* find(const Written::Table& table, std::string_view key);
Written::Member* find(Written::Table& table, std::string_view key);

/// Reads a whole file; throws Failure(wrong_input) with the one syntax error that the library tells.
Written::Table parse_toml(std::string_view text, const std::string& file, int layer);

/// Reads one value, all of it at `place`; nothing where the text is no TOML value.
std::optional<Written> parse_value(std::string_view text, const Place& place = {});

/// The text of an option as a value: as it stands where a text is wanted (quotes are allowed, not needed),
/// else as TOML. What is no TOML stays OptionText.
Written read_option(const Written& written, bool text_wanted);

/// As TOML on one line, for messages; the text of an option in single quotes.
std::string to_text(const Written& written);

/// A text as a TOML string, and a number as a TOML float that reads back as the same number.
std::string toml_string(std::string_view text);
std::string toml_real(double value);

}  // namespace weft::host
