/// Commands as a shell reads them, for those that stand on pages.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace weft::pages {

using Words = std::vector<std::string>;

/// A command that does not do what its page says; or a text that is no command.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  Words words;
  int line;  ///< in the text, counted from 0
};

/// Splits a text into its commands: quotes, comments, continued lines, `&&`, `;`, and `|` between blanks (another one
/// says that a reader may choose: `[--toml|--json]`). Redirections and assignments before a command are left out.
/// Throws Wrong when a quote is not closed.
std::vector<Command> read_commands(const std::string& text);

}  // namespace weft::pages
