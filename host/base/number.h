/// Numbers as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::host {

/// The shortest decimal text that reads back as the same double.
std::string shortest(double value);

/// Four significant digits, for display.
std::string brief(double value);

/// With thousands separators: "2,500".
std::string grouped(int64_t number);

/// "1 run", "3 runs": a number of things whose plural has an s.
std::string counted(std::size_t number, std::string_view noun);

/// The whole number that `text` is, as in TOML: digits, with single underscores between them; nullopt for any other
/// text and beyond 2^63 - 1.
std::optional<int64_t> whole_number(std::string_view text);

/// "41s", "6m05s", "3h20m".
std::string duration(double seconds);

}  // namespace weft::host
