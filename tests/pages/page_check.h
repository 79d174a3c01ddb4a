/// Checks the commands and graphs of one page.
#pragma once

#include <string>
#include <vector>

#include "page.h"
#include "sandbox.h"

namespace weft::pages {

/// What is wrong on a page, one text each: "README.md:12: weft run x.toml: there is no file 'x.toml'". The commands of
/// each section are typed in the folder `home` of the sandbox.
std::vector<std::string> check_page(const Page& page, const Sandbox& sandbox, const fs::path& home = "");

}  // namespace weft::pages
