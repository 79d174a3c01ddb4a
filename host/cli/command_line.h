/// The program's command line: what `main` calls.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace weft::host {

/// Does what `arguments` (without the program's name) say and returns the exit code. Results go to `out`,
/// everything else to `err`. Throws nothing: what is wrong is said, one line each.
int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) noexcept;

}  // namespace weft::host
