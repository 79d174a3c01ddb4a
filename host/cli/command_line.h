/// The program's command line; `main` calls it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace weft::host {

/// Runs the command of `arguments` (without the program's name) and returns the exit code. Results go to `out`,
/// everything else to `err`. Throws nothing: errors are printed, one on each line.
int run_program(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) noexcept;

}  // namespace weft::host
