/// The options of the program's commands: their descriptions, and their values on a command line.
#pragma once

#include <fmt/format.h>

#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "host/base/diagnostic.h"
#include "host/base/number.h"

namespace weft::host {

/// Throws Failure(wrong_input) for an invalid command line, and points at the help of `command`.
[[noreturn]] void usage_error(const std::string& command, const std::string& message);

/// The same for an option that is not one of `known`.
[[noreturn]] void unknown_option(const std::string& command, const std::string& name,
                                 const std::vector<std::string>& known);

/// Prints the descriptions of the options with these ids.
void print_options(const std::vector<const char*>& ids, std::ostream& out);

/// The options on the command line of one command.
class Given {
 public:
  /// Reads `arguments`; only the options with these ids are known. Throws Failure(wrong_input) for others.
  Given(std::string command, const std::vector<const char*>& ids, const std::vector<std::string>& arguments);

  bool has(const char* option) const { return values_.count(option) > 0; }
  std::vector<std::string> texts(const char* option) const {
    return has(option) ? values_[option].as<std::vector<std::string>>() : std::vector<std::string>();
  }
  std::vector<std::string> operands() const { return texts("operand"); }
  std::string text(const char* option) const { return values_[option].as<std::string>(); }
  std::vector<std::filesystem::path> paths(const char* option) const {
    const std::vector<std::string> all = texts(option);
    return {all.begin(), all.end()};
  }

  /// A whole number, at least `smallest`; nothing when the option was not given.
  template <class Number>
  std::optional<Number> number(const char* option, Number smallest) const {
    if (!has(option)) return std::nullopt;
    const std::string given = text(option);
    const std::optional<int64_t> value = whole_number(given);
    if (!value || !std::in_range<Number>(*value) || static_cast<Number>(*value) < smallest)
      usage_error(command_, fmt::format("--{} is '{}'; expected a whole number, at least {}", option, given, smallest));
    return static_cast<Number>(*value);
  }

 private:
  std::string command_;
  boost::program_options::variables_map values_;
};

}  // namespace weft::host
