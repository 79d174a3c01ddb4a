#include "sandbox.h"

namespace weft::pages {
namespace {

const fs::path source = WEFT_SOURCE_FOLDER, binary = WEFT_BINARY_FOLDER;

/// Graphs are copied, since results and graphs of a page come to lie beside them; what the study made is left out.
void copy_graphs(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const fs::path name = entry.path().filename();
    if (entry.is_directory() && name != "data" && name != "figures")
      copy_graphs(entry, to / name);
    else if (!entry.is_directory())
      fs::copy_file(entry, to / name);
  }
}

}  // namespace

Sandbox::Sandbox() {
  // Nothing else: a reader of the pages has graphs, plugins and results beside it, which have the names of the pages.
  for (const char* name :
       {".ci", "CMakeLists.txt", "CMakePresets.json", "bootstrap.sh", "host", "plugins", "sdk", "tests"})
    fs::create_symlink(source / name, root() / name);
  copy_graphs(source / "graphs", root() / "graphs");
  fs::create_directory(root() / "build");
  for (const char* name : {"bin", "lib", "reference", "share"})
    fs::create_symlink(binary / name, root() / "build" / name);
  enter("");
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::current_path(before_, ignored);
}

void install(const fs::path& prefix) {
  const fs::path data = prefix / "share/weft";
  fs::create_directories(data);
  copy_graphs(source / "graphs", data / "graphs");
  fs::copy(source / "sdk/examples", data / "examples", fs::copy_options::recursive);
  fs::create_directory_symlink(binary / "bin", prefix / "bin");
}

bool is_plugin_project(const fs::path& folder) {
  const fs::path list = folder / "CMakeLists.txt";
  return fs::exists(list) && weft::testing::read_file(list).find("find_package(weft") != std::string::npos;
}

}  // namespace weft::pages
