#include "host/cli/command_new.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/dll/runtime_symbol_info.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "host/base/file.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// What the program is installed in: the folder above its own.
fs::path prefix() { return boost::dll::program_location().parent_path().parent_path().string(); }

fs::path templates() { return prefix() / WEFT_DATA_DIR / "templates"; }

/// "my_loss" as "MyLoss".
std::string class_name(const std::string& name) {
  std::string result;
  bool begins = true;
  for (const char letter : name) {
    if (letter != '_') result += begins ? static_cast<char>(letter - 'a' + 'A') : letter;
    begins = letter == '_';
  }
  return result;
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// Throws unless `name` is good for a component type, a C++ class, a library and a folder.
void check_name(const std::string& name) {
  static constexpr std::array<std::string_view, 7> taken = {"all",     "clean", "help",      "install",
                                                            "package", "test",  "edit_cache"};
  if (!is_name(name) || name.ends_with('_') || name.find("__") != std::string::npos)
    throw wrong_input("'" + name +
                      "' is no good name; use small letters, digits and single '_' between them, a letter first");
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    throw wrong_input("'" + name + "' is a name that CMake keeps for itself; take another");
  std::error_code error;
  if (fs::exists(fs::symlink_status(name, error)))
    throw wrong_input("'" + name + "' is there already; take another name, or move it away");
}

/// The files of the template `kind` as they are to be written.
std::map<fs::path, std::string> files_of(const std::string& kind, const std::string& name) {
  const auto fill_in = [&](const std::string& text) {
    return replaced(replaced(replaced(text, "template_name", name), "TemplateName", class_name(name)),
                    "TEMPLATE_PREFIX", prefix().string());
  };
  std::map<fs::path, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(templates() / kind))
    files[fill_in(entry.path().filename().string())] = fill_in(read_whole(entry.path()));
  return files;
}

/// Writes all files under a name that nobody uses and gives the folder its own name once it is whole.
void write_folder(const fs::path& folder, const std::map<fs::path, std::string>& files) {
  std::string temporary = folder.string() + ".XXXXXX";
  const char* made = ::mkdtemp(temporary.data());
  bool good = made != nullptr && ::chmod(made, 0755) == 0;
  for (const auto& [file, text] : files) {
    if (!good) break;
    std::ofstream stream(temporary / file, std::ios::binary);
    good = static_cast<bool>(stream.write(text.data(), static_cast<std::streamsize>(text.size())).flush());
  }
  if (good && std::rename(temporary.c_str(), folder.c_str()) == 0) return;
  const int error = errno;
  std::error_code ignored;
  if (made) fs::remove_all(temporary, ignored);
  throw wrong_input("cannot write the folder '" + fs::absolute(folder).string() + "': " + std::strerror(error) +
                    "; type the command where there is room and leave to write");
}

}  // namespace

std::vector<std::string> template_kinds() {
  std::vector<std::string> kinds;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(templates(), error))
    kinds.push_back(entry.path().filename().string());
  if (error)
    throw wrong_input("there are no templates: cannot read '" + templates().string() + "': " + error.message() +
                      "; it belongs to what 'cmake --install' writes, beside the folder of the program");
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

ExitCode new_command(const std::string& kind, const std::string& name, std::ostream& out) {
  const std::vector<std::string> kinds = template_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw wrong_input("unknown kind '" + kind + "'; there are " + enumerate(kinds) + suggestion(kind, kinds));
  check_name(name);
  const std::map<fs::path, std::string> files = files_of(kind, name);
  write_folder(name, files);
  out << "wrote " << name << '/' << '\n';
  for (const auto& [file, text] : files) out << "  " << file.string() << '\n';
  out << "next (" << name << "/README.md says more):\n  cd " << name
      << "\n  cmake -B build && cmake --build build\n  ctest --test-dir build\n  "
      << (prefix() / "bin" / "weft").string() << " run graph.toml\n";
  return ExitCode::done;
}

}  // namespace weft::host
