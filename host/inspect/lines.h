/// The lines that `weft inspect` prints: rows for people, and blocks to paste into a graph.
#pragma once

#include <string>
#include <vector>

#include "weft/core/abi.h"

namespace weft::host {

/// A title and the rows under it; nothing where there are no rows.
std::string titled(const char* title, const std::string& rows);

/// A row as two lines: its name with what it takes, then its sentence.
std::string row_text(const std::string& name, const std::string& takes, const std::string& sentence);

/// " [ticks]", or nothing for a pure number.
std::string unit_text(const char* unit);

/// The default of a parameter that has one, as the host writes numbers, whatever the plugin's SDK made of them.
std::string default_text(const weft_parameter& row);

/// A parameter as row_text.
std::string parameter_text(const weft_parameter& row);

/// One line of a block to paste.
struct PasteLine {
  std::string key;
  std::string value;
  std::string comment;
  bool left_out = false;  ///< commented out
};

/// A parameter with its default; what has to be filled in is an empty text.
PasteLine paste_line(const weft_parameter& row);

/// The lines with their values and comments aligned.
std::string aligned(const std::vector<PasteLine>& lines);

}  // namespace weft::host
