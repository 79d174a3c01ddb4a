#include "host/run/libraries.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace weft::host {
namespace {

namespace fs = std::filesystem;

/// A mapped library by its file, for its functions.
class Functions {
 public:
  explicit Functions(const fs::path& file) : handle_(dlopen(file.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {}
  ~Functions() {
    if (handle_) dlclose(handle_);
  }
  Functions(const Functions&) = delete;
  Functions& operator=(const Functions&) = delete;

  /// Null where there is none.
  template <class Function>
  Function* find(const char* name) const {
    return handle_ ? reinterpret_cast<Function*>(dlsym(handle_, name)) : nullptr;
  }

 private:
  void* handle_;
};

std::string widest(bool avx512, bool avx2, bool avx, bool sse41) {
  return avx512 ? "AVX-512" : avx2 ? "AVX2" : avx ? "AVX" : sse41 ? "SSE4.1" : "SSE2";
}

/// LibTorch takes the processor's, or what this variable says.
std::string torch_kernels() {
  const char* variable = std::getenv("ATEN_CPU_CAPABILITY");
  return variable ? fmt::format("ATEN_CPU_CAPABILITY={}", variable) : instruction_set();
}

/// From "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...".
std::string openblas_version(const char* config) {
  std::string_view text = config;
  constexpr std::string_view beginning = "OpenBLAS ";
  if (text.starts_with(beginning)) text.remove_prefix(beginning.size());
  return std::string(text.substr(0, text.find(' ')));
}

void read_dnnl(const Functions& functions, ComputingLibrary& library) {
  struct Version {  // the beginning of dnnl_version_t
    int major, minor, patch;
  };
  if (const auto version = functions.find<const Version*()>("dnnl_version")) {
    const Version& found = *version();
    library.version = fmt::format("{}.{}.{}", found.major, found.minor, found.patch);
  }
  // Of dnnl_cpu_isa_t, these bits have the same meaning in oneDNN 2 and 3.
  if (const auto isa = functions.find<int()>("dnnl_get_effective_cpu_isa")) {
    const int bits = isa();
    library.kernels = widest(bits & 0x20, bits & 0x4, bits & 0x2, bits & 0x1);
  }
}

/// A BLAS; Debian's libblas.so.3 may be a small file in front of OpenBLAS, whose functions are then found through it.
void read_blas(const Functions& functions, ComputingLibrary& library) {
  library.name = "BLAS";
  if (const auto config = functions.find<const char*()>("openblas_get_config")) {
    library.name = "OpenBLAS";
    library.version = openblas_version(config());
  }
  if (const auto core = functions.find<const char*()>("openblas_get_corename")) library.kernels = core();
}

bool is_blas(const std::string& name) {
  constexpr std::array<std::string_view, 5> beginnings = {"libblas.", "libopenblas", "libblis", "libmkl_", "libatlas"};
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return name.starts_with(beginning); });
}

/// The mapped file as a library that computes; nullopt for any other one.
std::optional<ComputingLibrary> read_library(const fs::path& file) {
  const std::string name = file.filename();
  ComputingLibrary library;
  if (name.starts_with("libtorch_cpu.")) {
    library.name = "LibTorch";
    library.version = WEFT_TORCH_VERSION;
    library.kernels = torch_kernels();
  } else if (name.starts_with("libdnnl.")) {
    library.name = "oneDNN";
    read_dnnl(Functions(file), library);
  } else if (name.starts_with("libmujoco.")) {
    library.name = "MuJoCo";
    if (const auto version = Functions(file).find<const char*()>("mj_versionString")) library.version = version();
  } else if (is_blas(name)) {
    read_blas(Functions(file), library);
  } else {
    return std::nullopt;
  }
  std::error_code error;
  library.file = fs::canonical(file, error);
  if (error) library.file = file;
  return library;
}

std::string version_text(const ComputingLibrary& library) {
  std::string text = library.version;
  if (!library.kernels.empty()) text += fmt::format("{}for {}", text.empty() ? "" : " ", library.kernels);
  return text;
}

}  // namespace

std::string instruction_set() {
#if defined(__x86_64__)
  // The parts of AVX-512 that LibTorch and oneDNN need to use it.
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  return widest(avx512, __builtin_cpu_supports("avx2"), __builtin_cpu_supports("avx"),
                __builtin_cpu_supports("sse4.1"));
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "unknown";
#endif
}

std::vector<ComputingLibrary> computing_libraries() {
  // Asked about only afterwards: the loader holds a lock while it lists them.
  std::vector<fs::path> files;
  const auto add = [](dl_phdr_info* info, std::size_t, void* list) {
    static_cast<std::vector<fs::path>*>(list)->emplace_back(info->dlpi_name);
    return 0;
  };
  dl_iterate_phdr(add, &files);
  std::vector<ComputingLibrary> found;
  for (const fs::path& file : files)
    if (std::optional<ComputingLibrary> library = read_library(file)) found.push_back(std::move(*library));
  std::sort(found.begin(), found.end(), [](const ComputingLibrary& left, const ComputingLibrary& right) {
    return std::tie(left.name, left.file) < std::tie(right.name, right.file);
  });
  return found;
}

std::map<std::string, std::string> library_versions() {
  std::map<std::string, std::string> versions{{"instruction set", instruction_set()}};
  for (const ComputingLibrary& library : computing_libraries()) versions[library.name] = version_text(library);
  return versions;
}

std::vector<std::string> library_lines() {
  std::vector<std::string> lines{fmt::format("instruction set: {}", instruction_set())};
  for (const ComputingLibrary& library : computing_libraries()) {
    const std::string version = version_text(library);
    lines.push_back(
        fmt::format("{}{}{}: {}", library.name, version.empty() ? "" : " ", version, library.file.string()));
  }
  return lines;
}

}  // namespace weft::host
