/// OpenBLAS, loaded by name, because the system's BLAS may be another library.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace weft::bench {

struct OpenBlas {
  /// The arguments of cblas_sgemm: order, transposes (the C interface's numbers), m, n, k, alpha, a, lda, b, ldb,
  /// beta, c, ldc.
  void (*sgemm)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
  void (*set_threads)(int);
  const char* (*config)();  ///< "OpenBLAS 0.3.21 ..."
};

/// Throws if OpenBLAS is not installed.
inline const OpenBlas& openblas() {
  static const OpenBlas loaded = [] {
    void* const library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(std::string(dlerror()) + "; install libopenblas0-pthread");
    const auto symbol = [&](const char* name) {
      void* const found = dlsym(library, name);
      if (!found) throw std::runtime_error(dlerror());
      return found;
    };
    OpenBlas result{};
    result.sgemm = reinterpret_cast<decltype(result.sgemm)>(symbol("cblas_sgemm"));
    result.set_threads = reinterpret_cast<decltype(result.set_threads)>(symbol("openblas_set_num_threads"));
    result.config = reinterpret_cast<decltype(result.config)>(symbol("openblas_get_config"));
    return result;
  }();
  return loaded;
}

}  // namespace weft::bench
