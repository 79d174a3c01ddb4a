#include "host/base/number.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace weft::host {

std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

std::string brief(double value) { return fmt::format("{:.4g}", value); }

std::string grouped(int64_t number) {
  std::string digits = fmt::to_string(number);
  for (auto place = static_cast<int64_t>(digits.size()) - 3; place > (number < 0 ? 1 : 0); place -= 3)
    digits.insert(static_cast<std::size_t>(place), ",");
  return digits;
}

std::optional<int64_t> whole_number(std::string_view text) {
  std::string digits;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool between = index > 0 && index + 1 < text.size() && text[index - 1] != '_';
    if (text[index] == '_' && between) continue;
    if (text[index] < '0' || text[index] > '9') return std::nullopt;
    digits += text[index];
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc()) return std::nullopt;
  return value;
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string duration(double seconds) {
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

}  // namespace weft::host
