/// The libraries that compute numbers, as this process has them. Besides graph, seed and plugins, they and their
/// instruction sets decide the bytes of results.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weft::host {

/// A library that is mapped into this process.
struct ComputingLibrary {
  std::string name;     ///< "LibTorch", "oneDNN", "MuJoCo", "OpenBLAS", or "BLAS" for any other one
  std::string version;  ///< "2.6.0"; empty where the library has no function that says it
  std::string kernels;  ///< what its code was chosen for on this machine: "AVX-512", "SkylakeX"; empty: no choice
  std::filesystem::path file;  ///< canonical
};

/// The mapped ones, sorted by name and file. To know those of a plugin, load it first.
std::vector<ComputingLibrary> computing_libraries();

/// What checkpoints keep of them: "2.6.0 for AVX-512" by name, and the processor's "instruction set". Files are left
/// out, since the same library may be elsewhere.
std::map<std::string, std::string> library_versions();

/// The widest of the instruction sets that the libraries choose between, of this processor: "AVX-512", "AVX2", "AVX",
/// "SSE4.1" or "SSE2"; on other processors their kind.
std::string instruction_set();

/// Lines for build.txt and `weft --version`, such as "oneDNN 2.6.0 for AVX-512: /usr/lib/libdnnl.so.2.6".
std::vector<std::string> library_lines();

}  // namespace weft::host
