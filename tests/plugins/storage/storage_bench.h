/// Shared by the tests of this plugin.
#pragma once

#include <filesystem>
#include <string>

#include "weft/testing/bench.h"

namespace weft::testing {

inline const Plugin& storage_plugin() {
  static const Plugin plugin("storage");
  return plugin;
}

/// A temporary folder.
struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / ("weft_storage_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  std::filesystem::path path;
};

/// The message of the Error that `action` throws; "nothing" if it throws none.
template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace weft::testing
