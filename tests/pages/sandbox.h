/// A folder in which the commands of a page can be typed: looks like the tree after `./bootstrap.sh build`, and may be
/// written to.
#pragma once

#include <filesystem>
#include <string>

#include "support/process.h"

namespace weft::pages {

namespace fs = std::filesystem;

/// The working directory of the process is in it for as long as it lives.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// The copy of the tree's root.
  const fs::path& root() const { return folder_.path(); }
  /// Goes to a folder; `cd` with a path relative to the root.
  void enter(const fs::path& folder) const { fs::current_path(root() / folder); }
  /// Where commands are typed now, relative to the root.
  fs::path place() const { return fs::current_path().lexically_relative(fs::canonical(root())); }

 private:
  weft::testing::TemporaryFolder folder_;
  fs::path before_ = fs::current_path();
};

/// Makes a folder look like what `cmake --install build --prefix` leaves there.
void install(const fs::path& prefix);

/// Whether a folder is the project of a plugin, such as `weft new` writes.
bool is_plugin_project(const fs::path& folder);

}  // namespace weft::pages
