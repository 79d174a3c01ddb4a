#include "host/base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "host/base/diagnostic.h"

namespace weft::host {
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

/// The first `width` columns of a text, never cut inside a UTF-8 character.
std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  while (width > 0 && (static_cast<unsigned char>(text[width]) & 0xC0) == 0x80) --width;
  text.resize(width);
  return text;
}

}  // namespace

bool is_terminal(const std::ostream& stream) { return &stream == &std::cerr && ::isatty(STDERR_FILENO) != 0; }

void StatusLine::draw(const std::string& text) {
  if (terminal_) {
    stream_ << '\r' << cut(printable(text), terminal_width() - 1) << "\x1b[K" << std::flush;
    drawn_ = true;
  } else {
    stream_ << printable(text) << '\n' << std::flush;
  }
}

void StatusLine::print(const std::string& line) {
  erase();
  stream_ << printable(line) << '\n' << std::flush;
}

void StatusLine::end() {
  erase();
  stream_ << std::flush;
}

void StatusLine::erase() {
  if (drawn_) stream_ << "\r\x1b[K";
  drawn_ = false;
}

}  // namespace weft::host
