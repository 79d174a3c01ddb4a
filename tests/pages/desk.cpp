#include "desk.h"

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

Desk::Desk() {
  for (const fs::directory_entry& entry : fs::directory_iterator(source)) {
    const std::string name = entry.path().filename().string();
    if (name == "graphs")
      copy_graphs(entry, root() / name);
    else if (name.rfind("build", 0) != 0 && name != "runs" && name != ".git")
      fs::create_symlink(entry.path(), root() / name);
  }
  fs::create_directory(root() / "build");
  for (const fs::directory_entry& entry : fs::directory_iterator(binary))
    fs::create_symlink(entry.path(), root() / "build" / entry.path().filename());
  enter("");
}

Desk::~Desk() {
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
