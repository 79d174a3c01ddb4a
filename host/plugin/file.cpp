#include "host/plugin/file.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "weft/core/plugin.h"

namespace weft::host {
namespace {

#if defined(__x86_64__)
constexpr int host_machine = EM_X86_64;
constexpr const char* host_machine_name = "x86-64";
#elif defined(__aarch64__)
constexpr int host_machine = EM_AARCH64;
constexpr const char* host_machine_name = "AArch64";
#else
#error "say here what this machine is called in ELF files"
#endif

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& sentence) {
  throw PluginError(file.string() + ": " + sentence);
}

/// An open file, with libelf's handle on it.
class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& file)
      : file_(file), size_(regular_size(file)), descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) refuse(file, std::string("cannot be read: ") + std::strerror(errno));
    elf_version(EV_CURRENT);
    // Plain reads: a map of a file that somebody cuts meanwhile would end the process.
    elf_.reset(elf_begin(descriptor_, ELF_C_READ, nullptr));
  }
  ~ElfFile() {
    elf_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  /// It is a whole shared library for this machine.
  void check() const {
    GElf_Ehdr header;
    if (!elf_ || elf_kind(elf_.get()) != ELF_K_ELF || !gelf_getehdr(elf_.get(), &header))
      refuse(file_, "is not a shared library (no ELF header); a plugin is a .so file that weft_add_plugin built");
    if (gelf_getclass(elf_.get()) != ELFCLASS64 || header.e_machine != host_machine)
      refuse(file_, std::string("is built for another machine (ELF machine ") + std::to_string(header.e_machine) +
                        "); this host runs on 64-bit " + host_machine_name + ": build the plugin here");
    if (header.e_type != ET_DYN)
      refuse(file_, "is an ELF file, but not a shared library; a plugin is a .so file that weft_add_plugin built");
    check_segments();
    if (!inside(header.e_shoff, static_cast<uint64_t>(header.e_shnum) * header.e_shentsize)) cut("section table");
  }

  /// The text in the section `.weft`.
  std::string fingerprint() const {
    std::size_t names = 0;
    if (elf_getshdrstrndx(elf_.get(), &names) == 0) {
      for (Elf_Scn* section = elf_nextscn(elf_.get(), nullptr); section; section = elf_nextscn(elf_.get(), section)) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header)) continue;
        const char* name = elf_strptr(elf_.get(), names, header.sh_name);
        if (!name || std::strcmp(name, ".weft") != 0) continue;
        const Elf_Data* data = elf_rawdata(section, nullptr);
        if (!data || !data->d_buf) break;
        const auto* text = static_cast<const char*>(data->d_buf);
        return {text, ::strnlen(text, data->d_size)};
      }
    }
    refuse(
        file_,
        "is a shared library, but not a Weft plugin: it has no section .weft; a plugin's source says WEFT_PLUGIN(...)");
  }

 private:
  struct EndElf {
    void operator()(Elf* elf) const { elf_end(elf); }
  };

  static uint64_t regular_size(const std::filesystem::path& file) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) refuse(file, "there is no such file; check the name");
    if (!std::filesystem::is_regular_file(status)) refuse(file, "is not a regular file; a plugin is a .so file");
    const uint64_t size = std::filesystem::file_size(file, error);
    if (error) refuse(file, "cannot be read: " + error.message());
    return size;
  }

  bool inside(uint64_t offset, uint64_t count) const { return offset <= size_ && count <= size_ - offset; }

  [[noreturn]] void cut(const std::string& what) const {
    refuse(file_, "is cut off: its " + what + " lies beyond its end (" + std::to_string(size_) +
                      " bytes); copy or build it again");
  }

  void check_segments() const {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0 || count == 0) cut("segment table");
    for (std::size_t index = 0; index < count; ++index) {
      GElf_Phdr segment;
      if (!gelf_getphdr(elf_.get(), static_cast<int>(index), &segment)) cut("segment table");
      if (!inside(segment.p_offset, segment.p_filesz)) cut("segment " + std::to_string(index));
    }
  }

  std::filesystem::path file_;
  uint64_t size_;
  int descriptor_;
  std::unique_ptr<Elf, EndElf> elf_;
};

/// The parts of a fingerprint: "key=value" between semicolons.
std::map<std::string, std::string> parts(std::string_view fingerprint) {
  std::map<std::string, std::string> result;
  while (!fingerprint.empty()) {
    const std::string_view part = fingerprint.substr(0, fingerprint.find(';'));
    fingerprint.remove_prefix(std::min(fingerprint.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos) result.emplace(part.substr(0, equals), part.substr(equals + 1));
  }
  return result;
}

struct Version {
  int major = -1;
  int minor = -1;
};

Version version(const std::string& text) {
  Version result;
  if (std::sscanf(text.c_str(), "%d.%d", &result.major, &result.minor) != 2) return {};
  return result;
}

void check_sdk(const std::filesystem::path& file, const std::string& plugin, const std::string& host) {
  const Version theirs = version(plugin);
  const Version ours = version(host);
  if (theirs.major != ours.major)
    refuse(file, "is built with SDK " + plugin + "; this host has SDK " + host +
                     ", and the first numbers must be equal: rebuild the plugin with this host's SDK");
  if (theirs.minor > ours.minor)
    refuse(file, "is built with SDK " + plugin + ", which is newer than this host's " + host +
                     ": update Weft, or rebuild the plugin with SDK " + host);
}

}  // namespace

const std::string& host_fingerprint() {
  static const std::string fingerprint = WEFT_FINGERPRINT;
  return fingerprint;
}

std::string read_fingerprint(const std::filesystem::path& file) {
  const ElfFile elf(file);
  elf.check();
  return elf.fingerprint();
}

void check_fingerprint(const std::filesystem::path& file, const std::string& fingerprint, const std::string& host) {
  if (fingerprint.rfind("weft-plugin;", 0) != 0)
    refuse(file, "is not a Weft plugin: its section .weft holds '" + fingerprint.substr(0, 80) +
                     "'; 'weft-plugin;sdk=...' was expected");
  std::map<std::string, std::string> theirs = parts(fingerprint);
  std::map<std::string, std::string> ours = parts(host);
  check_sdk(file, theirs["sdk"], ours["sdk"]);
  if (theirs["torch"] != ours["torch"] && theirs["torch"] != "none")
    refuse(file, "is built with LibTorch " + theirs["torch"] + "; this host and its plugins have LibTorch " +
                     ours["torch"] + ": rebuild the plugin with that version");
  if (theirs["c++"] != ours["c++"])
    refuse(file, "is built with the C++ library '" + theirs["c++"] + "'; this host has '" + ours["c++"] +
                     "': rebuild the plugin with the compiler settings of the host");
  if (theirs["sanitizer"] != ours["sanitizer"])
    refuse(file, "is built with sanitizer '" + theirs["sanitizer"] + "'; this host has '" + ours["sanitizer"] +
                     "': rebuild the plugin or the host, both with -fsanitize=address or both without");
}

}  // namespace weft::host
