/// Calls of the program with no plugins beside it: only what a test names is loaded.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "support/process.h"

namespace weft::testing {

inline const std::string good = WEFT_BINARY_FOLDER "/tests/plugins/good";
inline const std::string bad = WEFT_BINARY_FOLDER "/tests/plugins/bad";

/// A copy of the program with nothing beside it.
inline const std::string& program() {
  static const TemporaryFolder folder;
  static const std::string file = [] {
    std::filesystem::create_directory(folder.path() / "bin");
    std::filesystem::copy(WEFT_PROGRAM, folder.path() / "bin");
    return (folder.path() / "bin/weft").string();
  }();
  return file;
}

inline Finished call_in(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program());
  Process process(arguments, folder);
  const int code = process.wait();
  return {code, process.output()};
}

inline Finished call(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  return call_in(folder.path(), arguments);
}

/// What a command line that cannot be understood is answered; the exit code is 2.
inline std::string complaint(const std::vector<std::string>& arguments) {
  const Finished finished = call(arguments);
  CHECK(finished.code == 2);
  return finished.output;
}

}  // namespace weft::testing
