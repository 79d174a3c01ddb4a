/// The lines that `weft inspect` prints: readable rows, and blocks to paste into a graph.
#pragma once

#include <string>
#include <vector>

#include "weft/core/abi.h"

namespace weft::host {

/// A title and the rows under it; empty when there are no rows.
std::string titled(const char* title, const std::string& rows);

/// A row as two lines: its name with the values that it takes, then its description.
std::string row_text(const std::string& name, const std::string& takes, const std::string& sentence);

/// " [ticks]"; empty for a number without a unit.
std::string unit_text(const char* unit);

/// The default of a parameter that has one, with numbers in the host's format instead of the text in the plugin.
std::string default_text(const weft_parameter& row);

/// A parameter as row_text.
std::string parameter_text(const weft_parameter& row);

/// One line of a block to paste.
struct PasteLine {
  std::string key;
  std::string value;
  std::string comment;
  bool commented_out = false;
};

/// A parameter with its default; the empty string where a value must be filled in.
PasteLine paste_line(const weft_parameter& row);

/// The lines, with values and comments aligned.
std::string aligned(const std::vector<PasteLine>& lines);

}  // namespace weft::host
