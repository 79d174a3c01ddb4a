/// Status lines that a command prints while it runs.
#pragma once

#include <ostream>
#include <string>

namespace weft::host {

/// Whether `stream` is standard error and connected to a terminal.
bool is_terminal(const std::ostream& stream);

/// One status line at the bottom of a terminal, below the printed lines. On any other stream, each status is printed as
/// a line of its own. What is printed is made printable().
class StatusLine {
 public:
  StatusLine(std::ostream& stream, bool terminal) : stream_(stream), terminal_(terminal) {}

  bool terminal() const noexcept { return terminal_; }
  /// Redraws the status line, truncated to the terminal's width.
  void draw(const std::string& text);
  /// Prints a permanent line.
  void print(const std::string& line);
  /// Removes the status line.
  void end();

 private:
  void erase();

  std::ostream& stream_;
  bool terminal_;
  bool drawn_ = false;
};

}  // namespace weft::host
