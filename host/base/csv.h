/// Rows of comma-separated values (RFC 4180), as far as Weft's own tables need them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::host {

/// A cell as it stands in a file: in quotes where it holds a comma, a quote or a line break.
std::string csv_cell(const std::string& text);

/// The cells of one line; nothing where a quote is not closed.
std::optional<std::vector<std::string>> csv_cells(std::string_view line);

}  // namespace weft::host
