#include "host/cli/command_new.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "host/base/file.h"
#include "host/base/program.h"
#include "host/plugin/entry.h"

namespace weft::host {
namespace {

namespace fs = std::filesystem;

fs::path templates() { return install_prefix() / WEFT_DATA_DIR / "templates"; }

/// "my_loss" as "MyLoss".
std::string class_name(const std::string& name) {
  std::string result;
  bool first = true;
  for (const char letter : name) {
    if (letter != '_') result += first ? static_cast<char>(letter - 'a' + 'A') : letter;
    first = letter == '_';
  }
  return result;
}

std::string replaced(std::string text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// Throws unless `name` is valid as the name of a component type, a C++ class, a library and a folder.
void check_name(const std::string& name) {
  // Targets of CMake, of LibTorch's package and of the SDK.
  static constexpr std::array<std::string_view, 20> taken = {"all",           "clean",
                                                             "help",          "install",
                                                             "package",       "package_source",
                                                             "test",          "edit_cache",
                                                             "torch",         "torch_cpu",
                                                             "torch_library", "c10",
                                                             "caffe2",        "rebuild_cache",
                                                             "depend",        "preinstall",
                                                             "weft",          "sdk",
                                                             "zero_check",    "list_install_components"};
  if (!is_name(name) || name.ends_with('_') || name.find("__") != std::string::npos)
    throw wrong_input(fmt::format(
        "invalid name '{}'; expected lower-case letters, digits and single '_' between them, starting with a letter",
        name));
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    throw wrong_input(fmt::format("the name '{}' is reserved by CMake, LibTorch or Weft; choose another name", name));
  std::error_code error;
  if (fs::exists(fs::symlink_status(name, error)))
    throw wrong_input(fmt::format("'{}' exists already; choose another name, or move it elsewhere", name));
}

/// The files of the template `kind`, with the name filled in.
std::map<fs::path, std::string> files_of(const std::string& kind, const std::string& name) {
  const auto fill_in = [&](const std::string& text) {
    return replaced(replaced(replaced(text, "template_name", name), "TemplateName", class_name(name)),
                    "TEMPLATE_PREFIX", install_prefix().string());
  };
  std::map<fs::path, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(templates() / kind))
    files[fill_in(entry.path().filename().string())] = fill_in(read_whole(entry.path()));
  return files;
}

/// Writes all files into a temporary folder, and renames it when it is complete.
void write_folder(const fs::path& folder, const std::map<fs::path, std::string>& files) {
  std::string temporary = folder.string() + ".XXXXXX";
  const char* made = ::mkdtemp(temporary.data());
  bool written = made != nullptr && ::chmod(made, 0755) == 0;
  for (const auto& [file, text] : files) {
    if (!written) break;
    std::ofstream stream(temporary / file, std::ios::binary);
    written = static_cast<bool>(stream.write(text.data(), static_cast<std::streamsize>(text.size())).flush());
  }
  if (written && std::rename(temporary.c_str(), folder.c_str()) == 0) return;
  const int error = errno;
  std::error_code ignored;
  if (made) fs::remove_all(temporary, ignored);
  throw wrong_input(fmt::format("cannot write the folder {}: {}; run the command in a writable folder with free space",
                                quoted(fs::absolute(folder)), std::strerror(error)));
}

}  // namespace

std::vector<std::string> template_kinds() {
  std::vector<std::string> kinds;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(templates(), error))
    kinds.push_back(entry.path().filename().string());
  if (error)
    throw wrong_input(
        fmt::format("there are no templates: cannot read {}: {}; 'cmake --install' writes it beside the "
                    "folder of the program",
                    quoted(templates()), error.message()));
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

ExitCode new_command(const std::string& kind, const std::string& name, std::ostream& out) {
  const std::vector<std::string> kinds = template_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    throw wrong_input(
        fmt::format("unknown kind '{}'; the kinds are {}{}", kind, enumerate(kinds), suggestion(kind, kinds)));
  check_name(name);
  const std::map<fs::path, std::string> files = files_of(kind, name);
  write_folder(name, files);
  out << fmt::format("wrote {}/\n", name);
  for (const auto& [file, text] : files) out << fmt::format("  {}\n", file.string());
  out << fmt::format(
      "next (see {0}/README.md):\n  cd {0}\n  cmake -B build && cmake --build build\n  ctest --test-dir build\n"
      "  {1} run graph.toml\n",
      name, (install_prefix() / "bin" / "weft").string());
  return ExitCode::done;
}

}  // namespace weft::host
