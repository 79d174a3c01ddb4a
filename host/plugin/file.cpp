#include "host/plugin/file.h"

#include <fcntl.h>
#include <fmt/format.h>
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
#error "add what this machine is called in ELF files"
#endif

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& sentence) {
  throw PluginError(fmt::format("{}: {}", file.string(), sentence));
}

/// An open file, with libelf's handle on it.
class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& file)
      : file_(file), size_(regular_size(file)), descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) refuse(file, fmt::format("cannot be read: {}", std::strerror(errno)));
    elf_version(EV_CURRENT);
    // Plain reads: if the file were mapped and truncated meanwhile, the process would end.
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
      refuse(file_, fmt::format("is built for another machine (ELF machine {}); this host runs on 64-bit {}: build the "
                                "plugin here",
                                header.e_machine, host_machine_name));
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
    refuse(file_,
           "is a shared library, but not a Weft plugin: it has no section .weft; a plugin's source contains "
           "WEFT_PLUGIN(...)");
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
    if (error) refuse(file, fmt::format("cannot be read: {}", error.message()));
    return size;
  }

  bool inside(uint64_t offset, uint64_t count) const { return offset <= size_ && count <= size_ - offset; }

  [[noreturn]] void cut(const std::string& what) const {
    refuse(file_,
           fmt::format("is truncated: its {} lies beyond its end ({} bytes); copy or build it again", what, size_));
  }

  void check_segments() const {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0 || count == 0) cut("segment table");
    for (std::size_t index = 0; index < count; ++index) {
      GElf_Phdr segment;
      if (!gelf_getphdr(elf_.get(), static_cast<int>(index), &segment)) cut("segment table");
      if (!inside(segment.p_offset, segment.p_filesz)) cut(fmt::format("segment {}", index));
    }
  }

  std::filesystem::path file_;
  uint64_t size_;
  int descriptor_;
  std::unique_ptr<Elf, EndElf> elf_;
};

/// The fields of a fingerprint: "key=value" between semicolons.
std::map<std::string, std::string> fields(std::string_view fingerprint) {
  std::map<std::string, std::string> result;
  while (!fingerprint.empty()) {
    const std::string_view field = fingerprint.substr(0, fingerprint.find(';'));
    fingerprint.remove_prefix(std::min(fingerprint.size(), field.size() + 1));
    const std::size_t equals = field.find('=');
    if (equals != std::string_view::npos) result.emplace(field.substr(0, equals), field.substr(equals + 1));
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
    refuse(file,
           fmt::format("is built with SDK {}; this host has SDK {}, and the major versions must be equal: rebuild the "
                       "plugin with this host's SDK",
                       plugin, host));
  if (theirs.minor > ours.minor)
    refuse(file, fmt::format("is built with SDK {0}, which is newer than this host's {1}: update Weft, or rebuild the "
                             "plugin with SDK {1}",
                             plugin, host));
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
    refuse(file, fmt::format("is not a Weft plugin: its section .weft holds '{}'; expected 'weft-plugin;sdk=...'",
                             fingerprint.substr(0, 80)));
  std::map<std::string, std::string> theirs = fields(fingerprint);
  std::map<std::string, std::string> ours = fields(host);
  check_sdk(file, theirs["sdk"], ours["sdk"]);
  if (theirs["torch"] != ours["torch"] && theirs["torch"] != "none")
    refuse(file,
           fmt::format("is built with LibTorch {}; this host and its plugins have LibTorch {}: rebuild the plugin "
                       "with that version",
                       theirs["torch"], ours["torch"]));
  if (theirs["c++"] != ours["c++"])
    refuse(file, fmt::format("is built with the C++ library '{}'; this host has '{}': rebuild the plugin with the "
                             "compiler settings of the host",
                             theirs["c++"], ours["c++"]));
  if (theirs["sanitizer"] != ours["sanitizer"])
    refuse(file,
           fmt::format("is built with sanitizer '{}'; this host has '{}': rebuild the plugin or the host, both with "
                       "-fsanitize=address or both without",
                       theirs["sanitizer"], ours["sanitizer"]));
}

}  // namespace weft::host
