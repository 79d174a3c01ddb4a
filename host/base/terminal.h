/// What is printed to a terminal while a command works.
#pragma once

#include <ostream>
#include <string>

namespace weft::host {

/// Whether a stream is standard error on a terminal.
bool is_terminal(const std::ostream& stream);

/// One status line at the bottom of a terminal, below lines that stay. Where the stream is not a terminal, every line
/// stays.
class StatusLine {
 public:
  StatusLine(std::ostream& stream, bool terminal) : stream_(stream), terminal_(terminal) {}

  bool terminal() const noexcept { return terminal_; }
  /// Redraws the status line, cut to the terminal's width.
  void draw(const std::string& text);
  /// Prints a line that stays.
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
