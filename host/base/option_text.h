/// The text of options: lists of values, words of a command line, and short names for keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::host {

/// Splits at commas outside of brackets, braces and quotes, and trims spaces and tabs around each value.
std::vector<std::string> split_values(std::string_view text);

/// A word of a shell's command line, in quotes if the shell needs them.
std::string shell_word(const std::string& text);

/// A key without its section, for display: components and stages share one namespace, so the section adds nothing.
std::string short_key(const std::string& key);

}  // namespace weft::host
