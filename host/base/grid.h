/// Tables of texts, in the forms in which they are read or published.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::host {

enum class GridForm { text, markdown, latex, csv };

/// "text", "markdown", "latex" or "csv"; nullopt for any other name.
std::optional<GridForm> grid_form(std::string_view name);

/// The rows as one table, the first of them the header; all have the same number of cells. `text` has aligned columns,
/// `latex` is a tabular environment with booktabs rules. Characters that mean something in a form are escaped.
std::string to_text(const std::vector<std::vector<std::string>>& rows, GridForm form);

}  // namespace weft::host
