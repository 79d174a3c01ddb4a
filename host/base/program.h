/// Where this program is installed.
#pragma once

#include <filesystem>

namespace weft::host {

/// The folder that holds bin/ with this program. Throws Failure(run_failed) when the system does not say.
std::filesystem::path install_prefix();

}  // namespace weft::host
