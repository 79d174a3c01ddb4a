/// Loads a plugin in a process of its own, so that one that ends its process does not end Weft.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace weft::host {

/// What keeps this process from loading `file`: a crash, exit() or hang while it is loaded, or a crash when the process
/// ends; empty if there is nothing of the kind. A file that is refused with a message is not reported: whoever loads it
/// gets the same message. No plugin may be loaded yet.
std::string try_load(const std::filesystem::path& file, std::chrono::seconds limit);

}  // namespace weft::host
