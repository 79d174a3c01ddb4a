/// Checks the commands of a page that build and test the tree: whether what they name is there.
#pragma once

#include "sandbox.h"
#include "shell.h"

namespace weft::pages {

/// Throws Wrong when a preset, target, test, label or folder that the command names is not there.
void check_cmake(const Words& words);
void check_ctest(const Words& words);

/// A script of the tree: it is there, can be run, and knows the options.
void check_script(const Words& words);

/// A program in the build folder: there is a target of its name.
void check_program(const Words& words);

/// weft_bench: it knows the options and the rows.
void check_benchmark(const Words& words);

}  // namespace weft::pages
