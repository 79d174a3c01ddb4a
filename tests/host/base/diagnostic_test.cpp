// Diagnostics and status lines as they are printed.
#include <sstream>

#include "host/base/diagnostic.h"
#include "host/base/terminal.h"
#include "weft/testing/catch.h"

using namespace weft::host;

TEST_CASE("control characters are printed as their codes; other text stays as it is") {
  CHECK(printable("\x1b]0;title\x07 red\r") == "\\x1b]0;title\\x07 red\\x0d");
  CHECK(printable("two\n\tlines, \xc3\xa9 and \xe2\x82\xac") == "two\n\tlines, \xc3\xa9 and \xe2\x82\xac");
  CHECK(printable("\xc2\x9b"
                  "31m\x7f") == "\\x9b31m\\x7f");  // U+009B begins sequences as well
  CHECK(printable("\xc2") == "\xc2");
}

TEST_CASE("places and messages of any size are cut") {
  Diagnostic diagnostic;
  diagnostic.place.file = "--set " + std::string(1000, 'a');
  diagnostic.message = std::string(6000, 'b');
  CHECK(to_text(diagnostic) == "--set " + std::string(294, 'a') +
                                   "... (706 more bytes): error: " + std::string(5000, 'b') + "... (1000 more bytes)");
}

TEST_CASE("what data contains steers no terminal through errors, notes or progress") {
  CHECK(std::string(wrong_input("the cell '\x1b[2J' is no number").what()) ==
        "error: the cell '\\x1b[2J' is no number");
  CHECK(to_text(Diagnostic{Severity::note, {"a\x1b.toml", 1, 2}, "x"}) == "a\\x1b.toml:1:2: note: x");
  std::ostringstream plain, screen;
  StatusLine(plain, false).draw("fit: \x1b[2J");
  CHECK(plain.str() == "fit: \\x1b[2J\n");
  StatusLine line(screen, true);
  line.draw("fit: \x1b[2J");
  line.print("note \x1b[2J");
  CHECK(screen.str() == "\rfit: \\x1b[2J\x1b[K\r\x1b[Knote \\x1b[2J\n");
}
